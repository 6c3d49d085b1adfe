import { type Range, rowsOf, toRanges } from '../model/ranges.ts';
import type { RowFailure } from '../model/run-facts.ts';
import type { BatchInfo, RowResult } from '../model/bulk.ts';

/** Rows are sent at most this many times after the first. */
export const MAX_ROUNDS = 3;

/** Row errors that another try can mend: somebody else held the record. */
const LOCK_CODES = new Set(['UNABLE_TO_LOCK_ROW', 'TooManyLockFailure', 'TOO_MANY_LOCK_FAILURE', 'LOCK_TIMEOUT']);

/** The states a batch does not leave any more. */
export function isSettled(info: BatchInfo): boolean {
  switch (info.state) {
    case 'Completed':
    case 'Failed':
    case 'NotProcessed':
    // Some pages of the documentation spell the state this way.
    case 'Not Processed':
      return true;
    default:
      return false;
  }
}

/** Whether the batch's own counters prove that every row was written, so that its results need not be fetched. */
export function provesSuccess(info: BatchInfo, records: number): boolean {
  return info.state === 'Completed' && info.recordsProcessed === records && info.recordsFailed === 0;
}

/** Whether the org may hold results of the batch: a Failed batch still has those of the rows it committed. */
export function hasResults(info: BatchInfo): boolean {
  return info.state === 'Completed' || (info.state === 'Failed' && info.recordsProcessed > 0);
}

export type BatchOutcome = {
  readonly failed: readonly RowFailure[];
  readonly again: readonly Range[];
  readonly unprocessed: readonly Range[];
};

/**
 * Judges every row of a settled batch. `results` come in the order of the batch and may end early (a Failed batch);
 * `ids` are the batch's records. A row is written, refused (`failed`), worth another try (`again`: locked, or in a Failed
 * batch that gave no result for it), or `unprocessed`.
 */
export function judgeBatch(
  batch: { readonly rows: readonly Range[]; readonly round: number },
  ids: readonly string[],
  info: BatchInfo,
  results: readonly RowResult[],
): BatchOutcome {
  const failed: RowFailure[] = [];
  const again: number[] = [];
  const unprocessed: number[] = [];
  const triesLeft = batch.round < MAX_ROUNDS;
  let index = 0;
  for (const row of rowsOf(batch.rows)) {
    const result = results[index];
    const id = ids[index] ?? '';
    index += 1;
    if (!result) (info.state === 'Failed' && triesLeft ? again : unprocessed).push(row);
    else if (result.success) continue;
    else if (LOCK_CODES.has(result.statusCode) && triesLeft) again.push(row);
    else failed.push({ row, id, statusCode: result.statusCode, message: result.message, fields: result.fields });
  }
  return { failed, again: toRanges(again), unprocessed: toRanges(unprocessed) };
}

/** The outcome of a batch whose counters prove success. */
export const ALL_WRITTEN: BatchOutcome = { failed: [], again: [], unprocessed: [] };
