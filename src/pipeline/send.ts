import { bylineError } from '../errors.ts';
import type { Range } from '../model/ranges.ts';
import type { ConcurrencyMode } from '../model/run-facts.ts';
import type { Batch } from './batches.ts';
import type { BulkJobs } from './bulk-job.ts';
import { mapConcurrent } from './map-concurrent.ts';
import type { Run } from './run.ts';

/** Batches being uploaded at a time. */
const BATCHES_IN_FLIGHT = 3;
/** Times a request is sent whose answer is lost, each time after the org was asked and did not have it. */
const TRIES = 4;
/** A job's creation time is told by the org's clock, which may differ from ours by this much. */
const CLOCK_SKEW_MS = 60_000;

export type SendOptions = { readonly mode: ConcurrencyMode; readonly round: number; readonly signal: AbortSignal };

/**
 * Sends batches in a job: an Open one of the run with the same mode, or a new one. No batch, no job. On return, and when
 * it fails, the job is closed, or aborted where it accepted nothing.
 */
export async function sendBatches(
  run: Run,
  bulk: BulkJobs,
  batches: AsyncGenerator<Batch, void, undefined>,
  options: SendOptions,
): Promise<void> {
  try {
    await sendAll(run, bulk, batches, options);
  } catch (error) {
    // The first error is the one to tell; `resume` ends a job that could not be ended now.
    await endJobs(run, bulk, AbortSignal.timeout(END_MS)).catch(() => undefined);
    throw error;
  }
  await endJobs(run, bulk, options.signal);
}

async function sendAll(
  run: Run,
  bulk: BulkJobs,
  batches: AsyncGenerator<Batch, void, undefined>,
  { mode, round, signal }: SendOptions,
): Promise<void> {
  const first = await batches.next();
  if (first.done) return;
  const open = run.state.jobs.find((job) => job.state === 'Open' && job.mode === mode)?.id;
  const job = open ?? (await openJob(run, bulk, mode, signal));
  const uploads = new AbortController();
  const either = AbortSignal.any([signal, uploads.signal]);
  const numbered = number(startingWith(first.value, batches), run.state.batches.length);
  const sent = mapConcurrent(
    numbered,
    BATCHES_IN_FLIGHT,
    (batch) => sendBatch(run, bulk, job, batch, round, either),
    uploads,
  );
  for await (const done of sent) void done;
}

async function* startingWith<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  yield first;
  yield* rest;
}

type NumberedBatch = Batch & { readonly number: number };

async function* number(batches: AsyncIterable<Batch>, last: number): AsyncGenerator<NumberedBatch, void, undefined> {
  let count = last;
  for await (const batch of batches) {
    count += 1;
    yield { ...batch, number: count };
  }
}

/** Creates a job. Where the answer is lost, the org is asked for a job nobody has used. */
export async function openJob(run: Run, bulk: BulkJobs, mode: ConcurrencyMode, signal: AbortSignal): Promise<string> {
  await run.write({ fact: 'opening', mode });
  for (let tried = 1; ; tried += 1) {
    const answer = await bulk.createJob(mode, signal);
    const job = 'id' in answer ? answer.id : await findLostJob(run, bulk, mode, signal);
    if (job !== undefined) {
      await run.write({ fact: 'job', job, mode });
      return job;
    }
    if (tried === TRIES) throw bylineError('jobNotCreated', ['unsure' in answer ? answer.unsure : '']);
    await run.clock.wait(500 * tried, signal);
  }
}

/**
 * The job a lost answer was about. It is ours if, a moment apart, it was twice the only one without batches that was
 * created since we asked: a job of another run has its first batch by then.
 */
export async function findLostJob(
  run: Run,
  bulk: BulkJobs,
  mode: ConcurrencyMode,
  signal: AbortSignal,
): Promise<string | undefined> {
  const since = run.state.openingAt - CLOCK_SKEW_MS;
  const before = await bulk.findEmptyJobs(since, mode, signal);
  if (before.length === 0) return undefined;
  await run.clock.wait(2000, signal);
  const after = (await bulk.findEmptyJobs(since, mode, signal)).filter((id) => before.includes(id));
  return after.length === 1 ? after[0] : undefined;
}

async function sendBatch(
  run: Run,
  bulk: BulkJobs,
  job: string,
  { number: batch, rows, ids, xml }: NumberedBatch,
  round: number,
  signal: AbortSignal,
): Promise<void> {
  await run.write({ fact: 'sending', batch, job, rows, round });
  for (let tried = 1; ; tried += 1) {
    const answer = await bulk.addBatch(job, xml, signal).catch(async (error: unknown) => {
      // Interrupted, nobody knows, and `resume` asks. Anything else says that the org did not take it.
      if (!signal.aborted) await run.write({ fact: 'unsent', batch });
      throw error;
    });
    const id = 'id' in answer ? answer.id : await findLostBatch(run, bulk, job, ids, signal);
    if (id !== undefined) return run.write({ fact: 'sent', batch, id });
    if (tried === TRIES) {
      await run.write({ fact: 'unsent', batch });
      throw bylineError('batchNotSent', [job, 'unsure' in answer ? answer.unsure : '']);
    }
    await run.clock.wait(500 * tried, signal);
  }
}

/**
 * The id under which the org has a batch whose answer was lost; `undefined` where it surely does not have it. The job's
 * batches are listed; those nobody has claimed are told apart by the record ids they were posted with.
 */
export async function findLostBatch(
  run: Run,
  bulk: BulkJobs,
  job: string,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const claimed = new Set(run.state.batches.map((batch) => batch.id));
  for (const { id } of await bulk.listBatches(job, signal)) {
    if (claimed.has(id)) continue;
    const posted = await bulk.getRequestIds(job, id, signal);
    if (posted.length === ids.length && posted.every((id18, index) => id18 === ids[index])) return id;
  }
  return undefined;
}

/**
 * Settles what an earlier process left unsure: a job it may have created, batches it may have sent. Afterwards every batch
 * of the run is with the org under its id, or free to be sent.
 */
export async function settleUnsure(run: Run, bulk: BulkJobs, signal: AbortSignal): Promise<void> {
  const { opening } = run.state;
  if (opening) {
    const job = await findLostJob(run, bulk, opening, signal);
    if (job !== undefined) await run.write({ fact: 'job', job, mode: opening });
  }
  for (const batch of run.state.batches.filter(({ phase }) => phase === 'sending')) {
    const id = await findLostBatch(run, bulk, batch.job, await idsOf(run, batch.rows), signal);
    await run.write(
      id === undefined ? { fact: 'unsent', batch: batch.number } : { fact: 'sent', batch: batch.number, id },
    );
  }
}

/** The record ids at these positions of the plan. */
export async function idsOf(run: Run, rows: readonly Range[]): Promise<string[]> {
  const ids: string[] = [];
  for await (const { changes } of run.slices(rows)) for (const { id } of changes) ids.push(id);
  return ids;
}

/** Milliseconds the end of a job may take after the run was interrupted or has failed. */
const END_MS = 1500;

/** Closes every Open job of the run; one that has no batch is aborted. */
export async function endJobs(run: Run, bulk: BulkJobs, signal: AbortSignal): Promise<void> {
  for (const { id: job } of run.state.jobs.filter(({ state }) => state === 'Open')) {
    const used = run.state.batches.some((batch) => batch.job === job && batch.phase !== 'unsent');
    if (used) await bulk.closeJob(job, signal);
    else await bulk.abortJob(job, signal);
    await run.write({ fact: used ? 'closed' : 'aborted', job });
  }
}
