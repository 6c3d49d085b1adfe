import { BulkError } from '../errors.ts';
import type { Call } from '../call.ts';
import { canonicalId } from '../data/ids.ts';
import type { Batch, Job } from './job.ts';

/** The v1 job of the path. The API version in the URL must be the job's for every batch call (Bulk API guide). */
export function jobOf(call: Call): Job {
  const [id = ''] = call.params;
  const job = call.state.jobs.get(id);
  if (job?.api !== 'v1') throw new BulkError('InvalidJob', `Unable to find job: ${id}`);
  call.state.scheduler.settle();
  return job;
}

/** The batch of the path. */
export function batchOf(call: Call, job: Job): Batch {
  const id = call.params[1] ?? '';
  const canonical = canonicalId(id);
  const batch = job.batches.find((candidate) => candidate.id === canonical);
  if (!batch) throw new BulkError('InvalidBatch', `Unable to find batch: ${id}`);
  return batch;
}

export function requireJobVersion(call: Call, job: Job): void {
  if (call.version !== job.apiVersion) {
    throw new BulkError(
      'InvalidVersion',
      `The API version ${call.version} does not match the version ${job.apiVersion} of the job`,
    );
  }
}
