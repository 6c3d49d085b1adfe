import { joinRanges, type Range, subtractRanges, toRanges } from '../model/ranges.ts';
import type { Operation, RowFailure } from '../model/run-facts.ts';
import { readJsonLines } from './json-lines.ts';
import { readEntry } from './read-entry.ts';

/** What became of the rows of a batch, in full. */
export type BatchRows = {
  readonly written: readonly Range[];
  readonly failed: readonly RowFailure[];
  readonly unprocessed: readonly Range[];
  readonly message: string | null;
};

/** Reads from a journal what became of each batch of an operation, in the order it became known. */
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

/** All rows of an operation that a run has written, by their position in its plan. */
export async function readWrittenRows(path: string, operation: Operation = 'update'): Promise<readonly Range[]> {
  let written: readonly Range[] = [];
  for await (const batch of readOutcomes(path, operation)) written = joinRanges(written, batch.written);
  return written;
}

/** All rows the org refused, likewise. */
export async function readRefusedRows(path: string): Promise<readonly Range[]> {
  let refused: readonly Range[] = [];
  for await (const { failed } of readOutcomes(path))
    refused = joinRanges(refused, toRanges(failed.map(({ row }) => row)));
  return refused;
}
