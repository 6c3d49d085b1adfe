import type { Answer, BatchInfo, RowResult } from '../model/bulk.ts';
import type { ConcurrencyMode } from '../model/run-facts.ts';

/** The few operations of the Bulk API a run needs. `signal` ends any of them. */
export type BulkJobs = {
  createJob(mode: ConcurrencyMode, signal: AbortSignal): Promise<Answer>;
  addBatch(job: string, xml: string, signal: AbortSignal): Promise<Answer>;
  /** Sure when they return: a lost answer is found out by asking. */
  closeJob(job: string, signal: AbortSignal): Promise<void>;
  abortJob(job: string, signal: AbortSignal): Promise<void>;
  listBatches(job: string, signal: AbortSignal): Promise<readonly BatchInfo[]>;
  getResults(job: string, batch: string, signal: AbortSignal): Promise<readonly RowResult[]>;
  /** The record ids in the body that was posted as this batch. */
  getRequestIds(job: string, batch: string, signal: AbortSignal): Promise<readonly string[]>;
  /** Open jobs of this user and object without batches, created at or after `since` (epoch milliseconds). */
  findEmptyJobs(since: number, mode: ConcurrencyMode, signal: AbortSignal): Promise<readonly string[]>;
};
