/** Requests in flight before the service has answered once. */
const INITIAL = 5;

/**
 * How many requests a service may have in flight: slow start, then additive increase and multiplicative decrease, as in
 * TCP (RFC 5681). Without it, a pause that all requests wait for would end in a burst.
 */
export class ConcurrencyWindow {
  private readonly max: number;
  private size = INITIAL;
  /** Where the slow start ends: half of the width that was too large. */
  private threshold = Infinity;

  public constructor(max: number) {
    this.max = max;
  }

  /** A whole number, at least 1. */
  public get width(): number {
    return Math.max(1, Math.min(this.max, Math.floor(this.size)));
  }

  /** Widens the window after a success: by 1 during the slow start, later by about 1 per `width` successes. */
  public increase(): void {
    if (this.size < this.max) this.size += this.size < this.threshold ? 1 : 1 / this.size;
  }

  /** Halves the window when the service is about to reach its limit. */
  public decrease(): void {
    this.size = Math.max(1, this.size / 2);
  }

  /** Halves the window when the service refused a request, and ends the slow start there. */
  public backOff(): void {
    this.decrease();
    this.threshold = this.size;
  }
}
