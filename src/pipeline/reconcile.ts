import type { ConcurrencyMode } from '../model/run-facts.ts';
import type { JobState } from '../model/run-state.ts';
import type { BulkJobs } from './bulk-job.ts';
import { findLostJob } from './open-job.ts';
import { idsOf, type Run } from './run.ts';

/**
 * Reconciles what an earlier process left in doubt: a job that may have been created, and batches that may have
 * arrived. The run's open jobs are ended first, so that they refuse requests in flight and the org's list of their
 * batches is final. Afterwards, every batch either has its id in the org, or can be sent again without being there
 * twice.
 */
export async function reconcileBatches(run: Run, bulk: BulkJobs, signal: AbortSignal): Promise<void> {
  const { opening } = run.state;
  if (opening) await claimLostJob(run, bulk, opening.mode, signal);
  for (const job of run.state.jobs) {
    if (job.state === 'Open') await endJob(run, bulk, job, signal);
    if (isOutcomeUnknown(run.state, job)) await reconcileJob(run, bulk, job, signal);
  }
}

/** Ends a job that was created after all, when another one had replaced it. */
export async function abortStrayJob(
  run: Run,
  bulk: BulkJobs,
  mode: ConcurrencyMode,
  signal: AbortSignal,
): Promise<void> {
  await claimLostJob(run, bulk, mode, signal);
  for (const job of run.state.jobs) if (job.state === 'Open') await endJob(run, bulk, job, signal);
}

async function claimLostJob(run: Run, bulk: BulkJobs, mode: ConcurrencyMode, signal: AbortSignal): Promise<void> {
  const job = await findLostJob(run, bulk, mode, signal);
  if (job !== undefined) await run.write({ fact: 'job', job, mode });
}

/** Closes a job, or aborts one that certainly has no batch. */
export async function endJob(run: Run, bulk: BulkJobs, { id: job }: JobState, signal: AbortSignal): Promise<void> {
  const end = isUsed(run.state, job) ? await bulk.closeJob(job, signal) : await bulk.abortJob(job, signal);
  await run.write({ fact: end === 'Closed' ? 'closed' : 'aborted', job });
}

const isUsed = ({ batches }: Run['state'], job: string): boolean =>
  batches.some((batch) => batch.job === job && batch.phase !== 'unsent');

const isOutcomeUnknown = ({ batches }: Run['state'], { id }: JobState): boolean =>
  batches.some((batch) => batch.job === id && batch.phase === 'sending');

/** Finds the unconfirmed batches that an ended job contains, by the record ids they were posted with. */
async function reconcileJob(run: Run, bulk: BulkJobs, job: JobState, signal: AbortSignal): Promise<void> {
  const { batches } = run.state;
  const outcomeUnknown = batches.filter((batch) => batch.job === job.id && batch.phase === 'sending');
  const ids = new Map(
    await Promise.all(outcomeUnknown.map(async (batch) => [batch, await idsOf(run, batch.rows)] as const)),
  );
  for (const { id } of await bulk.listBatches(job.id, signal)) {
    if (batches.some((batch) => batch.id === id)) continue;
    const posted = await bulk.getRequestIds(job.id, id, signal);
    const found = outcomeUnknown.find((batch) => batch.phase === 'sending' && isSame(ids.get(batch)!, posted));
    if (found) await run.write({ fact: 'sent', batch: found.number, id });
  }
  for (const batch of outcomeUnknown)
    if (batch.phase === 'sending') await run.write({ fact: 'unsent', batch: batch.number });
  if (job.state === 'Closed' && !isUsed(run.state, job.id)) await endJob(run, bulk, job, signal);
}

const isSame = (ids: readonly string[], posted: readonly string[]): boolean =>
  ids.length === posted.length && ids.every((id, index) => id === posted[index]);
