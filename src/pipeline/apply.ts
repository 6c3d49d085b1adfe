import { joinRanges } from '../model/ranges.ts';
import type { RunEnd } from '../model/run-facts.ts';
import { unprocessedRows, waitingRows } from '../model/run-rows.ts';
import { verdict } from '../model/verdict.ts';
import { awaitOutcomes } from './await-outcomes.ts';
import { type BatchFormat, cutBatches, type PlanSlice } from './batches.ts';
import type { BulkJobs } from './bulk-job.ts';
import type { Run } from './run.ts';
import { sendBatches } from './send.ts';
import { settleUnsure } from './settle.ts';

/** Bytes of a batch, uncompressed (Salesforce limits cheat sheet, Bulk API: 10 MB, enforced as 10,000,000 bytes). */
const MAX_BATCH_BYTES = 10_000_000;
/** Records of a batch that is sent again: the smaller, the fewer rows wait for one lock. */
const RETRY_BATCH_SIZE = 1000;

export type ApplyOptions = {
  /** The changes no batch of the run has held, in the order of the plan. */
  readonly changes: AsyncIterable<PlanSlice>;
  readonly format: BatchFormat;
  /** Milliseconds to wait for the job once all batches are sent; `null` is not at all. */
  readonly waitMs: number | null;
  readonly signal: AbortSignal;
};

/**
 * The one hand that changes the org: brings a run from wherever it stands to its end. Settles what is unsure, sends what
 * was not sent, waits for the outcomes, and sends again, in a Serial job with smaller batches, what another try can mend.
 * A fresh run is one that stands at its beginning. Returns how the run ended, or `InProgress` when the waiting was over first.
 */
export async function applyPlan(run: Run, bulk: BulkJobs, options: ApplyOptions): Promise<RunEnd> {
  const { format, waitMs, signal } = options;
  const { settings } = run.state;
  await settleUnsure(run, bulk, signal);
  // What an earlier process did not live to see may have left rows to send again.
  await awaitOutcomes(run, bulk, { deadline: 0, signal });
  const left = joinRanges(waitingRows(run.state).unsent, unprocessedRows(run.state));
  const batches = cutBatches(sequence(run.slices(left), options.changes), format, limits(settings.batchSize));
  await sendBatches(run, bulk, batches, { mode: settings.mode, round: 0, signal });
  if (waitMs === null && run.state.batches.some(({ phase }) => phase === 'sent')) return 'InProgress';
  const deadline = run.clock.now() + (waitMs ?? 0);
  for (;;) {
    if (!(await awaitOutcomes(run, bulk, { deadline, signal }))) return 'InProgress';
    const { again, round } = waitingRows(run.state);
    if (again.length === 0) return verdict(run.state);
    const retries = cutBatches(run.slices(again), format, limits(Math.min(settings.batchSize, RETRY_BATCH_SIZE)));
    await sendBatches(run, bulk, retries, { mode: 'Serial', round, signal });
  }
}

const limits = (maxRecords: number): { maxRecords: number; maxBytes: number } => ({
  maxRecords,
  maxBytes: MAX_BATCH_BYTES,
});

async function* sequence<T>(...parts: readonly AsyncIterable<T>[]): AsyncGenerator<T, void, undefined> {
  for (const part of parts) yield* part;
}
