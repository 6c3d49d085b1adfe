import { joinRanges, type Range } from '../model/ranges.ts';
import { unprocessedRows, waitingRows } from '../model/run-rows.ts';
import { cutBatches, type PlanChunk } from './batches.ts';
import type { Run } from './run.ts';
import type { Batches, Transport } from './transport.ts';

/**
 * Bytes of a batch, uncompressed (Salesforce limits cheat sheet, Bulk API: 10 MB, enforced as 10,000,000 bytes; the
 * REST API accepts more).
 */
const MAX_BATCH_BYTES = 10_000_000;

export type ApplyOptions = {
  /** The changes that aren't in a batch yet, in the order of the plan. */
  readonly changes: AsyncIterable<PlanChunk>;
  /** Reads planned rows that were in a batch before, as far as they must still be sent. */
  readonly read: (ranges: readonly Range[]) => AsyncIterable<PlanChunk>;
  /** Called when the first batch is ready to be sent. Throws an error if it must not be sent. */
  readonly beforeFirst: () => void;
  /** Called when no more batches are wanted, to stop waiting for the next change. */
  readonly stop?: (() => void) | undefined;
  /**
   * Called when all batches are sent. Returns the time (epoch milliseconds) until which outcomes are awaited; `null` to
   * not wait.
   */
  readonly deadline: () => number | null;
  readonly signal: AbortSignal;
};

/**
 * The only code that writes to the org. Takes a run from any state to its end: reconciles batches whose outcome is
 * unknown, sends what was not sent, awaits the outcomes, and retries rows that may succeed, in smaller batches one
 * after another. Returns false if the deadline passed first.
 */
export async function applyPlan(run: Run, transport: Transport, options: ApplyOptions): Promise<boolean> {
  const { changes, read, beforeFirst, stop, signal } = options;
  const { mode, batchSize } = run.state.settings;
  const cut = (chunks: AsyncIterable<PlanChunk>, most: number): Batches => {
    const maxRecords = Math.min(batchSize, most);
    return cutBatches(chunks, transport.format, { maxRecords, maxBytes: MAX_BATCH_BYTES });
  };
  await transport.reconcile(run, signal);
  const left = joinRanges(waitingRows(run.state).unsent, unprocessedRows(run.state));
  const batches = cut(sequence(read(left), changes), transport.maxRecords);
  await transport.send(run, stoppable(announced(batches, beforeFirst), stop), { mode, attempt: 0, signal });
  const until = options.deadline();
  if (until === null && run.state.batches.some(({ phase }) => phase === 'sent')) return false;
  const deadline = until ?? run.clock.now();
  for (;;) {
    if (!(await transport.awaitOutcomes(run, { deadline, signal }))) return false;
    const { retryRows, attempt } = waitingRows(run.state);
    if (retryRows.length === 0) return true;
    await transport.send(run, cut(read(retryRows), transport.retryRecords), { mode: 'Serial', attempt, signal });
  }
}

async function* announced(batches: Batches, beforeFirst: ApplyOptions['beforeFirst']): Batches {
  let first = true;
  for await (const batch of batches) {
    if (first) beforeFirst();
    first = false;
    yield batch;
  }
}

/** A generator that is waiting doesn't see its `return` until later, so `stop` is called first. */
function stoppable(batches: Batches, stop: () => void = () => undefined): Batches {
  return {
    next: () => batches.next(),
    throw: (error) => batches.throw(error),
    return: () => {
      stop();
      return batches.return();
    },
    [Symbol.asyncIterator]: () => batches,
    [Symbol.asyncDispose]: () => batches[Symbol.asyncDispose](),
  };
}

async function* sequence<T>(...parts: readonly AsyncIterable<T>[]): AsyncGenerator<T, void, undefined> {
  for (const part of parts) yield* part;
}
