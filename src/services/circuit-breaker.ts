import { ConcurrencyWindow } from './concurrency-window.ts';

/** The total weight of consecutive failures that opens the circuit. */
const LIMIT = 24;
/** The weight of each failure. Invalid answers are usually about single URLs. */
const WEIGHT = { timeout: 5, lost: 4, refused: 4, useless: 1 };
/** Milliseconds of the first pause between probes; doubled for each further one. */
const FIRST_PAUSE_MS = 500;
/** Milliseconds to back off after a first 429 without a time; doubled for each further one in a row. */
const FIRST_BACK_OFF_MS = 1000;

/**
 * What the outcome of a request says about the service. `good`: it answered. `strained`: it answered and is close to
 * its limit. `neutral`: nothing. `useless`: its answer is invalid, such as an HTML page. `refused`: HTTP 429. `lost`:
 * HTTP 5xx, a reset, or no connection. `timeout`: no answer in time.
 */
export type AttemptOutcome = 'good' | 'strained' | 'neutral' | 'useless' | 'refused' | 'lost' | 'timeout';

/**
 * Decides how many requests a service may have in flight, and when it isn't asked any more.
 *
 * Requests lost at the same time are one failure: only those sent after the last loss was known count again. From the
 * second failure on, single requests probe the service at growing intervals (7.5 s in all) before the circuit opens.
 * Each timeout counts, because waiting for one after the other would take minutes.
 */
export class CircuitBreaker {
  private readonly window: ConcurrencyWindow;
  private weight = 0;
  private failures = 0;
  private refusals = 0;
  private lastLossAt = -Infinity;
  private pauseUntil = 0;

  public constructor(max: number) {
    this.window = new ConcurrencyWindow(max);
  }

  /** Requests that may be in flight now. After a failure, no more than may fail before the circuit opens. */
  public width(): number {
    if (this.failures >= 2) return 1;
    const mayFail = this.weight === 0 ? Infinity : LIMIT - this.weight;
    return Math.max(1, Math.min(this.window.width, mayFail));
  }

  /** Epoch milliseconds before which nothing should be sent. */
  public pausedUntil(): number {
    return this.pauseUntil;
  }

  /** Milliseconds to back off after a 429 that names no time: 1 s, then 2 s, up to 16 s before the circuit opens. */
  public backOffMs(): number {
    return FIRST_BACK_OFF_MS * 2 ** Math.max(0, this.refusals - 1);
  }

  /** Records the outcome of a request that was sent at `sentAt`. Returns whether the circuit is open. */
  public record(outcome: AttemptOutcome, sentAt: number, now: number): boolean {
    switch (outcome) {
      case 'good':
      case 'strained':
        this.onSuccess(outcome);
        break;
      case 'useless':
        this.weight += WEIGHT.useless;
        break;
      case 'neutral':
        break;
      case 'refused':
      case 'lost':
      case 'timeout':
        this.onFailure(outcome, sentAt, now);
        break;
    }
    return this.weight >= LIMIT;
  }

  private onSuccess(outcome: 'good' | 'strained'): void {
    this.weight = 0;
    this.failures = 0;
    this.refusals = 0;
    this.pauseUntil = 0;
    if (outcome === 'strained') this.window.decrease();
    else this.window.increase();
  }

  private onFailure(outcome: 'refused' | 'lost' | 'timeout', sentAt: number, now: number): void {
    const isNew = sentAt > this.lastLossAt;
    if (isNew || outcome === 'timeout') this.weight += WEIGHT[outcome];
    if (!isNew) return;
    this.lastLossAt = now;
    if (outcome === 'refused') {
      this.refusals += 1;
      this.window.backOff();
      return;
    }
    this.failures += 1;
    if (this.failures >= 2) this.pauseUntil = now + FIRST_PAUSE_MS * 2 ** (this.failures - 2);
  }
}
