import type { Answer, BatchInfo, JobEnd, RowResult } from '../model/bulk.ts';
import type { ConcurrencyMode } from '../model/run-facts.ts';

/** The Bulk API operations a run needs. `signal` aborts any of them. */
export type BulkJobs = {
  createJob(mode: ConcurrencyMode, signal: AbortSignal): Promise<Answer>;
  addBatch(job: string, body: Uint8Array, signal: AbortSignal): Promise<Answer>;
  /** Ends a job and confirms it, even if the answer was lost. Returns how the job ended, now or earlier. */
  closeJob(job: string, signal: AbortSignal): Promise<JobEnd>;
  abortJob(job: string, signal: AbortSignal): Promise<JobEnd>;
  listBatches(job: string, signal: AbortSignal): Promise<readonly BatchInfo[]>;
  getResults(job: string, batch: string, signal: AbortSignal): Promise<readonly RowResult[]>;
  /** The record ids in the body that was posted as this batch. */
  getRequestIds(job: string, batch: string, signal: AbortSignal): Promise<readonly string[]>;
  /** Open jobs of this user and object without batches, created from `since` to `until` (epoch milliseconds). */
  findEmptyJobs(since: number, until: number, mode: ConcurrencyMode, signal: AbortSignal): Promise<readonly string[]>;
};
