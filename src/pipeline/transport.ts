import type { ConcurrencyMode } from '../model/run-facts.ts';
import type { AwaitOptions } from './await-outcomes.ts';
import type { Batch, BatchFormat } from './batches.ts';
import type { Run } from './run.ts';

export type Batches = AsyncGenerator<Batch, void, undefined>;

/** `attempt` is 0 for the first attempt of the rows, 1 for the second, and so on. */
export type SendOptions = { readonly mode: ConcurrencyMode; readonly attempt: number; readonly signal: AbortSignal };

/** How changes are written to the org, and how their outcomes are read. */
export type Transport = {
  readonly format: BatchFormat;
  /** The most records of a batch, and of a retried batch; smaller batches mean fewer rows wait for one lock. */
  readonly maxRecords: number;
  readonly retryRecords: number;
  /** Reconciles batches left in doubt by an earlier process. */
  reconcile(run: Run, signal: AbortSignal): Promise<void>;
  /** Sends batches. On return, each is in the org, or its rows are marked to be sent again. */
  send(run: Run, batches: Batches, options: SendOptions): Promise<void>;
  /** Waits until rows can be retried, or no outcome is open. Returns false if the deadline passed first. */
  awaitOutcomes(run: Run, options: AwaitOptions): Promise<boolean>;
};
