import { bylineError } from '../errors.ts';
import { NO_NAMES } from '../model/names.ts';
import type { JobEnd } from '../model/bulk.ts';
import type { Change } from '../model/change.ts';
import { NO_TALLY, type PlanTally } from '../model/run-facts.ts';
import { BulkClient } from '../salesforce/bulk-client.ts';
import type { JobInfo } from '../salesforce/bulk-xml.ts';
import { SalesforceApiError } from '../salesforce/api-error.ts';
import { OpenRun } from './open-run.ts';
import type { RunContext } from './run-context.ts';

/**
 * Recovers a run whose journal isn't on this machine from its job: the batches, and the records they were posted with.
 * The values before the run are unknown, so it can't be undone. Returns the run's id. Throws an error if the org has no
 * such job, or if this plugin doesn't create such jobs for `sobject`.
 */
export async function recoverRun(context: RunContext, jobId: string, sobject: string): Promise<string> {
  const { org, signal } = context;
  const bulk = new BulkClient(org.session, sobject);
  const job = await getJob(bulk, jobId, signal);
  if (job.operation !== 'update' || job.contentType !== 'XML' || job.object.toLowerCase() !== sobject.toLowerCase()) {
    throw bylineError('foreignJob', [job.id, job.contentType, job.operation, job.object, sobject]);
  }
  const end = await endJob(bulk, job, signal);
  const batches = await bulk.listBatches(job.id, signal);
  const mode = job.concurrencyMode === 'Serial' ? 'Serial' : 'Parallel';
  await using run = await OpenRun.create(context, 'sync', {
    ...{ sobject: job.object, urlField: '', fields: {}, stampField: null, ...NO_NAMES, history: null },
    ...{ api: 'bulk', mode, batchSize: 10_000, dryRun: false, source: { kind: 'job' } },
  });
  await run.write({ fact: 'job', job: job.id, mode });
  for (const { id } of batches)
    await recoverBatch(run, id, await readChanges(bulk, { job: job.id, batch: id }, signal));
  const tally = tallyOf(run.plan.size);
  await run.plan.finish(tally);
  await run.write({ fact: 'planned', tally, forecast: org.counter.used });
  await run.write({ fact: end === 'Aborted' ? 'aborted' : 'closed', job: job.id });
  return run.state.runId;
}

async function getJob(bulk: BulkClient, jobId: string, signal: AbortSignal): Promise<JobInfo> {
  try {
    return await bulk.getJob(jobId, signal);
  } catch (error) {
    if (error instanceof SalesforceApiError) throw bylineError('unknownJob', [jobId, error.message], { cause: error });
    throw error;
  }
}

/** Ends an open job before its batches are listed, so that none can arrive afterwards; aborts a job without batches. */
async function endJob(bulk: BulkClient, { id, state, batches }: JobInfo, signal: AbortSignal): Promise<JobEnd> {
  if (state !== 'Open') return state === 'Aborted' ? 'Aborted' : 'Closed';
  return batches === 0 ? bulk.abortJob(id, signal) : bulk.closeJob(id, signal);
}

/** The changes a batch was posted with. */
async function readChanges(
  bulk: BulkClient,
  { job, batch }: { readonly job: string; readonly batch: string },
  signal: AbortSignal,
): Promise<Change[]> {
  const records = await bulk.getRequestRecords(job, batch, signal);
  return records.map(({ id, fields }) => ({
    id,
    url: '',
    fields: Object.fromEntries(Object.entries(fields).map(([name, after]) => [name, [null, after]])),
  }));
}

/** Adds a batch of the org to plan and journal. */
async function recoverBatch(run: OpenRun, id: string, changes: readonly Change[]): Promise<void> {
  const { batches, jobs } = run.state;
  const [number, job] = [batches.length + 1, jobs[0]!.id];
  const rows = await run.addStep({
    changes,
    deferred: [],
    conflicts: [],
    resolvesDeferred: false,
    through: null,
    tally: tallyOf(run.plan.size + changes.length),
  });
  await run.write({ fact: 'sending', batch: number, job, rows: [rows], round: 0 });
  await run.write({ fact: 'sent', batch: number, id });
}

/** The sums of the plan: every record in the job changed. */
function tallyOf(size: number): PlanTally {
  return { ...NO_TALLY, queried: size, changed: size };
}
