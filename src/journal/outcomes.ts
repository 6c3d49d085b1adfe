import { joinRanges, type Range, subtractRanges, toRanges } from '../model/ranges.ts';
import type { Operation, RowFailure } from '../model/run-facts.ts';
import { readJsonLines } from './json-lines.ts';
import { readEntry } from './read-entry.ts';

/** The outcome of a batch, row by row. */
export type BatchRows = {
  readonly written: readonly Range[];
  readonly failed: readonly RowFailure[];
  readonly unprocessed: readonly Range[];
  readonly message: string | null;
};

/** Reads the outcomes of an operation's batches from a journal, in the order in which they became known. */
export async function* readOutcomes(
  path: string,
  operation: Operation = 'update',
): AsyncGenerator<BatchRows, void, undefined> {
  const rowsOfBatch = new Map<number, readonly Range[]>();
  for await (const { value } of readJsonLines(path)) {
    const entry = readEntry(value);
    if (entry.fact === 'sending' && (entry.operation ?? 'update') === operation) {
      rowsOfBatch.set(entry.batch, entry.rows);
    }
    if (entry.fact !== 'outcome' || !rowsOfBatch.has(entry.batch)) continue;
    const { failed, unprocessed, message } = entry;
    const others = [toRanges(failed.map(({ row }) => row)), entry.again, unprocessed];
    const written = others.reduce<readonly Range[]>(subtractRanges, rowsOfBatch.get(entry.batch) ?? []);
    rowsOfBatch.delete(entry.batch);
    yield { written, failed, unprocessed, message };
  }
}

/** The rows of an operation that the run has written, by position in its plan. */
export async function readWrittenRows(path: string, operation: Operation = 'update'): Promise<readonly Range[]> {
  let written: readonly Range[] = [];
  for await (const batch of readOutcomes(path, operation)) written = joinRanges(written, batch.written);
  return written;
}

/** The rows the org refused, by position in the plan. */
export async function readRefusedRows(path: string): Promise<readonly Range[]> {
  let refused: readonly Range[] = [];
  for await (const { failed } of readOutcomes(path))
    refused = joinRanges(refused, toRanges(failed.map(({ row }) => row)));
  return refused;
}
