import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../src/model/clock.ts';

/** A clock that does not wait: every pause is over at once, and was as long as it should be. */
export class QuickClock implements Clock {
  private skipped = 0;

  public readonly now = (): number => Math.floor(Date.now() + this.skipped);

  public readonly wait = async (ms: number, signal?: AbortSignal): Promise<void> => {
    signal?.throwIfAborted();
    this.skipped += Math.max(0, ms);
    await setImmediate();
    signal?.throwIfAborted();
  };

  /** Lets the clock jump, forwards or backwards. */
  public jump(ms: number): void {
    this.skipped += ms;
  }
}
