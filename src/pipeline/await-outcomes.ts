import { type BatchInfo, isFinal, type RowResult } from '../model/bulk.ts';
import { PollPace } from '../model/poll-pace.ts';
import { countRows } from '../model/ranges.ts';
import { isSent, type SentBatch } from '../model/run-state.ts';
import type { BulkJobs } from './bulk-job.ts';
import { ALL_WRITTEN, hasResults, classifyBatch, provesSuccess } from './outcome.ts';
import { idsOf, type Run } from './run.ts';

/** Milliseconds before the first poll. */
const FIRST_POLL_MS = 1000;

export type AwaitOptions = {
  /** Epoch milliseconds after which the org isn't polled. */
  readonly deadline: number;
  readonly signal: AbortSignal;
};

/**
 * Waits until the outcome of every batch is known, reading the results of each as soon as it is final. One request
 * polls all batches of a job; results are only fetched if the batch's counters don't prove that every row was written.
 * The first poll comes a second after the first batch was accepted. Returns false if the deadline passed first.
 */
export async function awaitOutcomes(run: Run, bulk: BulkJobs, { deadline, signal }: AwaitOptions): Promise<boolean> {
  const awaited = recordsOf(openBatches(run));
  const pace = new PollPace(run.clock.now());
  let pollMs = FIRST_POLL_MS;
  let nextPoll = Math.min(...openBatches(run).map(({ sentAt }) => sentAt)) + pollMs;
  while (openBatches(run).length > 0) {
    // If the clock jumps, the wait is still no longer than a poll interval.
    const pause = Math.min(Math.min(nextPoll, deadline) - run.clock.now(), pollMs);
    if (pause > 0) await run.clock.wait(pause, signal);
    let underWay = 0;
    for (const job of new Set(openBatches(run).map((batch) => batch.job))) {
      underWay += await readJob(run, bulk, job, signal);
    }
    const now = run.clock.now();
    if (openBatches(run).length > 0 && now >= deadline) return false;
    pollMs = pace.next(now, awaited - recordsOf(openBatches(run)) + underWay, awaited);
    nextPoll = now + pollMs;
  }
  return true;
}

const openBatches = (run: Run): SentBatch[] => run.state.batches.filter(isSent);
const recordsOf = (batches: readonly SentBatch[]): number =>
  batches.reduce((sum, { rows }) => sum + countRows(rows), 0);

/**
 * Records the outcomes of a job's final batches. Returns how many records of its other batches the org has processed.
 */
async function readJob(run: Run, bulk: BulkJobs, job: string, signal: AbortSignal): Promise<number> {
  const infos = new Map((await bulk.listBatches(job, signal)).map((info) => [info.id, info]));
  let underWay = 0;
  for (const batch of openBatches(run).filter((open) => open.job === job)) {
    const info = infos.get(batch.id ?? '');
    if (info && isFinal(info)) await recordBatch(run, batch, info, await readResults(bulk, batch, info, signal));
    else underWay += info?.recordsProcessed ?? 0;
  }
  return underWay;
}

async function recordBatch(
  run: Run,
  batch: SentBatch,
  info: BatchInfo,
  results: readonly RowResult[] | null,
): Promise<void> {
  const outcome = results ? classifyBatch(batch, await idsOf(run, batch.rows), info, results) : ALL_WRITTEN;
  await run.write({ fact: 'outcome', batch: batch.number, state: info.state, message: info.stateMessage, ...outcome });
}

/** The results of a batch, or `null` if its counters prove that every row was written. */
async function readResults(
  bulk: BulkJobs,
  batch: SentBatch,
  info: BatchInfo,
  signal: AbortSignal,
): Promise<readonly RowResult[] | null> {
  if (provesSuccess(info, countRows(batch.rows))) return null;
  return hasResults(info) ? bulk.getResults(batch.job, info.id, signal) : [];
}
