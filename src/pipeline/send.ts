import { bylineError } from '../errors.ts';
import type { Batch } from './batches.ts';
import type { BulkJobs } from './bulk-job.ts';
import { openJob } from './open-job.ts';
import type { Run } from './run.ts';
import { abortStrayJob, reconcileBatches } from './reconcile.ts';
import type { Batches, SendOptions } from './transport.ts';
import { Upload } from './upload.ts';

/** Batches being uploaded at a time. */
const BATCHES_IN_FLIGHT = 3;
/** Jobs in a row in which no batch arrives before that is an error. */
const TRIES = 4;
/** Milliseconds to end a job after the run was interrupted or failed. */
const END_MS = 1500;

/**
 * Sends batches in a job; without batches, no job is created. On return, every batch has its id in the org, and the job
 * is ended.
 *
 * A batch whose answer is lost is never sent again in the same job, where it could arrive twice. Instead, the job is
 * closed and asked for its batches, and what is missing goes into another job with the rest. If sending fails, the job
 * is ended too, if possible.
 */
export async function sendBatches(run: Run, bulk: BulkJobs, batches: Batches, options: SendOptions): Promise<void> {
  const { signal } = options;
  try {
    let missing: readonly Batch[] = [];
    for (let fruitless = 0; ;) {
      const job = await sendInJob(run, bulk, sequence(missing, batches), options);
      if (job === undefined) return;
      missing = job.missing;
      fruitless = job.arrived ? 0 : fruitless + 1;
      if (fruitless === TRIES) throw bylineError('batchNotSent', [job.id, job.reason]);
      if (missing.length > 0) await run.clock.wait(500 * 2 ** fruitless, signal);
    }
  } catch (error) {
    // The first error is reported. `resume` reconciles what is left.
    await reconcileBatches(run, bulk, AbortSignal.timeout(END_MS)).catch(() => undefined);
    throw error;
  } finally {
    await batches.return();
  }
}

async function* sequence<T>(first: Iterable<T>, rest: AsyncIterator<T, void>): AsyncGenerator<T, void, undefined> {
  yield* first;
  // `yield*` would close the rest together with this job.
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

/** The result of sending in a job: the batches it certainly doesn't have, whether any arrived, and why one was lost. */
type JobOutcome = {
  readonly id: string;
  readonly missing: readonly Batch[];
  readonly arrived: boolean;
  readonly reason: string;
};

/**
 * Sends batches in a new job until there are no more or an answer is lost, and ends it. Returns `undefined` if there
 * are none.
 */
async function sendInJob(
  run: Run,
  bulk: BulkJobs,
  batches: Batches,
  { mode, attempt, signal }: SendOptions,
): Promise<JobOutcome | undefined> {
  const first = await batches.next();
  if (first.done) return undefined;
  const { id, mayHaveStray } = await openJob(run, bulk, mode, signal);
  const upload = new Upload(run, { job: id, attempt }, async (batch, number, end) => {
    const answer = await bulk.addBatch(id, batch.body, end);
    return 'id' in answer ? { fact: 'sent', batch: number, id: answer.id } : answer;
  });
  const uploads = new AbortController();
  const either = AbortSignal.any([signal, uploads.signal]);
  await upload.sendAll(sequence([first.value], batches), BATCHES_IN_FLIGHT, either, uploads);
  await reconcileBatches(run, bulk, signal);
  if (mayHaveStray) await abortStrayJob(run, bulk, mode, signal);
  const { lost, states, reason } = upload;
  const missing = states.filter(({ phase }) => phase === 'unsent').flatMap(({ number }) => lost.get(number) ?? []);
  return { id, missing, arrived: states.some(({ phase }) => phase === 'sent'), reason };
}
