import { readOutcomes } from '../journal/outcomes.ts';
import type { Change } from '../model/change.ts';
import { type Range, rowsOf, subtractRanges } from '../model/ranges.ts';
import type { Operation } from '../model/run-facts.ts';
import { takenRows, unprocessedRows, waitingRows } from '../model/run-rows.ts';
import type { Run } from '../pipeline/run.ts';
import type { RowProblem } from '../report/result-rows.ts';
import type { OpenRun } from './open-run.ts';

/** A row the run did not write, and why. */
export type RowNotWritten = { readonly change: Change; readonly problem: RowProblem };

/**
 * The rows of one operation that the run has not written: refused ones, those a batch left unprocessed, and those that were
 * never sent.
 */
export async function* rowsNotWritten(run: OpenRun, operation: Operation): AsyncGenerator<RowNotWritten> {
  const part = run.part(operation);
  const { state } = part;
  for await (const { failed } of readOutcomes(run.journalPath, operation)) {
    const problems = new Map<number, RowProblem>(failed.map((failure) => [failure.row, failure]));
    const refused = [...problems.keys()].sort((a, b) => a - b).map((row): Range => [row, row + 1]);
    yield* problemRows(part, refused, (row) => problems.get(row)!);
  }
  // A later batch may have written what an earlier one left unprocessed; the last outcome of each row counts.
  let left = unprocessedRows(state);
  for (const { unprocessed, message } of state.batches.toReversed()) {
    const rows = subtractRanges(left, subtractRanges(left, unprocessed));
    left = subtractRanges(left, rows);
    const problem = { statusCode: 'UNPROCESSED', message: message ?? 'the org gave no result for the row' };
    yield* problemRows(part, rows, () => problem);
  }
  const { unsent, retryRows } = waitingRows(state);
  const all: Range = [0, operation === 'update' ? run.plan.size : run.plan.historySize];
  const never = subtractRanges([all], takenRows(state));
  const problem = operation === 'update' ? NEVER_SENT : NEVER_UPSERTED;
  for (const ranges of [unsent, retryRows, never]) yield* problemRows(part, ranges, () => problem);
}

const NEVER_SENT = { statusCode: 'UNSENT', message: 'the run ended before the row was sent' };
const NEVER_UPSERTED = {
  statusCode: 'UNSENT',
  message: 'the run ended before the row was sent, or the record it is of was not written',
};

async function* problemRows(
  part: Run,
  ranges: readonly Range[],
  problem: (row: number) => RowProblem,
): AsyncGenerator<RowNotWritten> {
  for await (const { rows, changes } of part.chunks(ranges)) {
    const positions = rowsOf(rows);
    for (const change of changes) yield { change, problem: problem(positions.next().value as number) };
  }
}
