/** Failures in a row, by weight, that end a service. */
const LIMIT = 24;
/** Requests at the same time before the service has answered once. */
const FIRST_WINDOW = 5;
/** Milliseconds of the first pause of a service in trouble; each further one is twice as long. */
const FIRST_PAUSE_MS = 500;
/** Milliseconds of rest after a first "too many" that names no time; each further one in a row is twice as long. */
const FIRST_REST_MS = 1000;

/**
 * How a request ended, as far as it tells something about the service. `strained`: well, but the service asks to slow down;
 * `nonsense`: an answer that is of no use, such as
 * an HTML page; `neutral`: tells nothing; `refused`: 429; `lost`: 5xx, a reset, no connection; `timeout`: no answer in time.
 */
export type AttemptOutcome = 'good' | 'strained' | 'neutral' | 'nonsense' | 'refused' | 'lost' | 'timeout';

/**
 * How a service fares, and what it may therefore be asked: the circuit breaker and the width of the stream towards it.
 *
 * The width starts small and grows with each good answer; it is halved when the service says "too many", or that it soon
 * will: a pause that all wait for together would otherwise end in a burst. Requests lost at
 * the same moment are one misfortune, not many: only those sent after the last loss was known count again. From the
 * second on, one request at a time probes the service, at growing intervals (7.5 s in all), before it is given up.
 * Timeouts count each, as waiting them out one after the other would take minutes.
 */
export class CircuitBreaker {
  private readonly cap: number;
  private points = 0;
  private failures = 0;
  private refusals = 0;
  private lastLossAt = -Infinity;
  private pauseUntil = 0;
  private window = FIRST_WINDOW;
  /** Where the window stops doubling and grows by one per round: half of what was too much. */
  private threshold = Infinity;

  /** `cap` is the most requests the service may be sent at the same time. */
  public constructor(cap: number) {
    this.cap = cap;
  }

  /**
   * Requests it may be sent at the same time now: all of the window while it answers well, after a failure no more than
   * may still fail before it is given up.
   */
  public width(): number {
    if (this.failures >= 2) return 1;
    const mayFail = this.points === 0 ? Infinity : LIMIT - this.points;
    return Math.max(1, Math.min(this.cap, Math.floor(this.window), mayFail));
  }

  /** Epoch milliseconds before which it should be sent nothing. */
  public pausedUntil(): number {
    return this.pauseUntil;
  }

  /** Milliseconds to leave it alone after a refusal that names no time: 1 s, then 2 s, up to 16 s before it is given up. */
  public restMs(): number {
    return FIRST_REST_MS * 2 ** Math.max(0, this.refusals - 1);
  }

  /** Takes note of how a request ended that was sent at `sentAt`; true where the service is to be given up. */
  public note(ending: AttemptOutcome, sentAt: number, now: number): boolean {
    if (ending === 'good' || ending === 'strained') this.onSuccess(ending);
    else if (ending === 'nonsense') this.points += 1;
    else if (ending !== 'neutral') this.onFailure(ending, sentAt, now);
    return this.points >= LIMIT;
  }

  private onSuccess(ending: 'good' | 'strained'): void {
    this.points = 0;
    this.failures = 0;
    this.refusals = 0;
    this.pauseUntil = 0;
    if (ending === 'strained') this.window = Math.max(1, this.window / 2);
    else if (this.window < this.cap) this.window += this.window < this.threshold ? 1 : 1 / this.window;
  }

  private onFailure(ending: 'refused' | 'lost' | 'timeout', sentAt: number, now: number): void {
    const isNew = sentAt > this.lastLossAt;
    if (ending === 'timeout') this.points += 5;
    else if (isNew) this.points += 4;
    if (!isNew) return;
    this.lastLossAt = now;
    if (ending === 'refused') {
      this.refusals += 1;
      this.threshold = this.window = Math.max(1, this.window / 2);
      return;
    }
    this.failures += 1;
    if (this.failures >= 2) this.pauseUntil = now + FIRST_PAUSE_MS * 2 ** (this.failures - 2);
  }
}
