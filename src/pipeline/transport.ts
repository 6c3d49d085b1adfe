import type { ConcurrencyMode } from '../model/run-facts.ts';
import type { AwaitOptions } from './await-outcomes.ts';
import type { Batch, BatchFormat } from './batches.ts';
import type { Run } from './run.ts';

export type Batches = AsyncGenerator<Batch, void, undefined>;

/** `round` is 0 for the first try of the rows, 1 for their first repetition, … */
export type SendOptions = { readonly mode: ConcurrencyMode; readonly round: number; readonly signal: AbortSignal };

/** How changes travel to the org, and what became of them comes back. */
export type Transport = {
  readonly format: BatchFormat;
  /** Records of a batch at most, and of one that is sent again: the smaller, the fewer rows wait for one lock. */
  readonly maxRecords: number;
  readonly retryRecords: number;
  /** Finds out what earlier processes did not live to see. */
  reconcile(run: Run, signal: AbortSignal): Promise<void>;
  /** Sends batches. On return it is known of each that the org has it, or which of its rows are to be sent again. */
  send(run: Run, batches: Batches, options: SendOptions): Promise<void>;
  /** Waits until rows can be sent again, or none is left to wait for. Returns false when the deadline came first. */
  awaitOutcomes(run: Run, options: AwaitOptions): Promise<boolean>;
};
