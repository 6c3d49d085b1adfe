import type { Fact } from '../model/run-facts.ts';
import type { BatchState } from '../model/run-state.ts';
import type { Batch } from './batches.ts';
import { mapConcurrent } from './map-concurrent.ts';
import type { Run } from './run.ts';
import type { Batches } from './transport.ts';

/** Sends a batch. Returns the fact to record, or `outcomeUnknown` with the reason if the answer was lost. */
export type Deliver = (
  batch: Batch,
  number: number,
  signal: AbortSignal,
) => Promise<Fact | { readonly outcomeUnknown: string }>;

/** Batches in flight: those of one job, or requests of their own. */
export class Upload {
  /** Batches whose answers were lost, by number. */
  public readonly lost = new Map<number, Batch>();
  public reason = '';
  private readonly run: Run;
  private readonly to: { readonly job: string | null; readonly attempt: number };
  private readonly deliver: Deliver;
  private readonly refused = Promise.withResolvers<null>();
  private numbers: number;
  private readonly before: number;

  public constructor(run: Run, to: { job: string | null; attempt: number }, deliver: Deliver) {
    this.run = run;
    this.to = to;
    this.deliver = deliver;
    this.before = this.numbers = run.batchCount;
  }

  /**
   * Sends batches, `window` at a time, until there are no more, an answer is lost, or the org refuses one; `batches`
   * stays open for a next upload. At any end, aborts `controller` and waits for running requests.
   */
  public async sendAll(
    batches: Batches,
    window: number,
    signal: AbortSignal,
    controller = new AbortController(),
  ): Promise<void> {
    const send = (batch: Batch): Promise<void> => this.send(batch, signal);
    for await (const done of mapConcurrent(this.until(batches), window, send, controller)) void done;
  }

  /** The states of this upload's batches. */
  public get states(): readonly BatchState[] {
    return this.run.state.batches.filter(({ number }) => number > this.before);
  }

  /**
   * Yields batches until an answer is lost or the org refuses one; then ends at once, even while the next batch is
   * awaited.
   */
  private async *until(batches: Batches): Batches {
    while (this.lost.size === 0) {
      const coming = batches.next();
      // Nobody may be left to handle its error.
      coming.catch(() => undefined);
      const next = await Promise.race([this.refused.promise, coming]);
      if (!next || next.done) return;
      yield next.value;
    }
  }

  private async send(batch: Batch, signal: AbortSignal): Promise<void> {
    const { run } = this;
    const number = (this.numbers += 1);
    const { job, attempt } = this.to;
    await run.write({ fact: 'sending', batch: number, rows: batch.rows, job, round: attempt });
    const came = await this.deliver(batch, number, signal).catch(async (error: unknown) => {
      this.refused.resolve(null);
      // If interrupted, the outcome is unknown, and `resume` reconciles it. Any other error means that the org didn't
      // accept it.
      if (!signal.aborted) await run.write({ fact: 'unsent', batch: number });
      throw error;
    });
    if ('fact' in came) return run.write(came);
    this.lost.set(number, batch);
    this.reason = came.outcomeUnknown;
  }
}
