import type { BatchInfo, RowResult } from '../model/bulk.ts';
import { bylineError } from '../errors.ts';
import { type Change, compareRecord, type StoredRecord } from '../model/change.ts';
import { isSameId } from '../model/ids.ts';
import { rowsOf, toRanges } from '../model/ranges.ts';
import type { BatchOutcome, Operation, RowFailure } from '../model/run-facts.ts';
import type { BatchState } from '../model/run-state.ts';
import { holdsUrl } from '../model/url.ts';

/** The most retries of a row. */
export const MAX_ATTEMPTS = 3;

/** Row errors worth a retry: the record was locked. */
const LOCK_CODES = new Set(['UNABLE_TO_LOCK_ROW', 'TooManyLockFailure', 'TOO_MANY_LOCK_FAILURE', 'LOCK_TIMEOUT']);
/** Row errors of triggers and flows, which may have met a lock themselves. Their message says so. */
const AUTOMATION_CODES = new Set(['CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', 'CANNOT_EXECUTE_FLOW_TRIGGER']);

const isLocked = ({ statusCode, message }: RowResult): boolean =>
  LOCK_CODES.has(statusCode) || (AUTOMATION_CODES.has(statusCode) && /\bUNABLE_TO_LOCK_ROW\b/.test(message));

/**
 * Whether a Failed batch is worth a retry, by the code at the start of its message (Bulk API Developer Guide,
 * "Errors"). An invalid or forbidden batch isn't, except if its session had expired.
 */
const isRetryable = (message: string | null): boolean =>
  !/^(?:Invalid(?!SessionId)\w*|ClientInputError|FeatureNotEnabled|ExceededQuota)\s*:/.test(message ?? '');

/**
 * The error of a new key that another upsert inserts at the same time; on a retry the row exists and is updated (seen
 * with overlapping batches of external ids).
 */
const DUPLICATE_KEY = 'DUPLICATE_VALUE';

/** Whether the batch's counters prove that every row was written, so that its results aren't needed. */
export function provesSuccess(info: BatchInfo, records: number): boolean {
  return info.state === 'Completed' && info.recordsProcessed === records && info.recordsFailed === 0;
}

/** Whether the org may have results for the batch. A Failed batch has those of rows it committed. */
export function hasResults(info: BatchInfo): boolean {
  return info.state === 'Completed' || (info.state === 'Failed' && info.recordsProcessed > 0);
}

type SentRows = Pick<BatchState, 'rows' | 'operation' | 'attempt'>;

/**
 * Classifies every row of a final batch. `results` are in the order of the batch and may be incomplete (a Failed
 * batch); `ids` are the batch's records. A row is written, refused (`failed`), worth a retry (`again`: locked, inserted
 * by another upsert, or without a result in a batch that can be retried), or `unprocessed`. Throws an error if the
 * results are of other records.
 */
export function classifyBatch(
  batch: SentRows,
  ids: readonly string[],
  info: Pick<BatchInfo, 'state' | 'stateMessage'>,
  results: readonly RowResult[],
): BatchOutcome {
  const failed: RowFailure[] = [];
  const again: number[] = [];
  const unprocessed: number[] = [];
  const triesLeft = batch.attempt < MAX_ATTEMPTS;
  const retryable = info.state === 'Failed' && isRetryable(info.stateMessage) && triesLeft;
  requireResultsOf(batch.operation, ids, results);
  let index = 0;
  for (const row of rowsOf(batch.rows)) {
    const result = results[index];
    const id = ids[index] ?? '';
    index += 1;
    if (!result) (retryable ? again : unprocessed).push(row);
    else if (result.success) continue;
    else if (triesLeft && isWorthAnotherTry(result, batch.operation)) again.push(row);
    else failed.push({ row, id, statusCode: result.statusCode, message: result.message, fields: result.fields });
  }
  return { failed, again: toRanges(again), unprocessed: toRanges(unprocessed) };
}

/** The org returns record Ids; upserted rows have keys instead, which it doesn't return. */
function requireResultsOf(operation: Operation, ids: readonly string[], results: readonly RowResult[]): void {
  const isOther = ({ id = '' }: RowResult, index: number): boolean =>
    operation === 'update' && id !== '' && !isSameId(id, ids[index] ?? '');
  if (results.length <= ids.length && !results.some(isOther)) return;
  const what =
    results.length > ids.length ? `${results.length} results for ${ids.length} records` : 'results of other records';
  throw bylineError('orgAnswerUnreadable', ['The result of a batch', '200', what]);
}

const isWorthAnotherTry = (result: RowResult, operation: Operation): boolean =>
  isLocked(result) || (operation === 'upsert' && result.statusCode === DUPLICATE_KEY);

/** The outcome of a batch in which every row was written. */
export const ALL_WRITTEN: BatchOutcome = { failed: [], again: [], unprocessed: [] };

/**
 * The outcome of an upsert whose answer was lost: every row is sent again. The key makes it the same row with the same
 * values, even if it had arrived.
 */
export function sentAgain({ rows, attempt }: SentRows): BatchOutcome {
  return attempt < MAX_ATTEMPTS
    ? { failed: [], again: rows, unprocessed: [] }
    : { failed: [], again: [], unprocessed: rows };
}

/**
 * Classifies every row of an update whose answer was lost, by what its record holds `now`; `changes` are those of the
 * batch. A record with the new values was written. One with the old values is retried, and so is a deleted one, for
 * which the org then says why. Any other was changed by someone else, before or after it was written; it fails with the
 * status code OUTCOME_UNKNOWN.
 */
export function classifyRecords(
  { rows, attempt }: SentRows,
  changes: readonly Change[],
  now: ReadonlyMap<string, StoredRecord>,
): BatchOutcome {
  const failed: RowFailure[] = [];
  const again: number[] = [];
  let index = 0;
  for (const row of rowsOf(rows)) {
    const change = changes[index++]!;
    const record = now.get(change.id);
    const verdict = compareRecord(change, record);
    if (verdict === 'done') continue;
    if (record && verdict === 'moved') failed.push({ row, ...movedRow(change, record) });
    else again.push(row);
  }
  const left = toRanges(again);
  return attempt < MAX_ATTEMPTS ? { failed, again: left, unprocessed: [] } : { failed, again: [], unprocessed: left };
}

function movedRow({ id, url, fields }: Change, { url: urlNow, stored }: StoredRecord): Omit<RowFailure, 'row'> {
  const names = Object.keys(fields);
  const holds = names.map((name) => `${name} is ${stored[name] ?? 'empty'}`).join(', ');
  const neither = `the record holds neither what it held before nor what was to be written: ${holds}`;
  const message = `the answer was lost, and ${holdsUrl(urlNow, url) ? neither : 'the record has another URL by now'}`;
  return { id, statusCode: 'OUTCOME_UNKNOWN', message, fields: names };
}
