import type { Job } from '../bulk/job.ts';
import type { OrgState } from '../state.ts';

/**
 * Aborts a job: queued batches become NotProcessed, those in progress run to their end, committed rows stay
 * (Bulk API guide, "Abort a Job").
 */
export function abort(state: OrgState, job: Job): void {
  const stamp = state.stamp();
  job.state = 'Aborted';
  job.systemModstamp = stamp;
  for (const batch of job.batches) {
    if (batch.state !== 'Queued') continue;
    batch.state = 'NotProcessed';
    batch.systemModstamp = stamp;
  }
}
