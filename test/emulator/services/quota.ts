/** The calls a service still allows, in windows that begin with the first call after the last one has ended. */
export class Quota {
  private limit: number;
  private seconds: number;
  private left: number;
  private resetMs = 0;

  public constructor(limit = Infinity, seconds = 900) {
    this.limit = limit;
    this.seconds = seconds;
    this.left = limit;
  }

  /** Lets `limit` more calls pass in this window; the windows after it allow as many, and last `seconds`. */
  public allow(limit: number, seconds: number): void {
    this.limit = limit;
    this.seconds = seconds;
    this.left = limit;
    this.resetMs = Date.now() + seconds * 1000;
  }

  /** Takes `calls` calls; false where the window has none left. */
  public take(calls = 1): boolean {
    if (Date.now() >= this.resetMs) {
      this.left = this.limit;
      this.resetMs = Date.now() + this.seconds * 1000;
    }
    if (this.left <= 0) return false;
    this.left -= calls;
    return true;
  }

  public get state(): { limit: number; remaining: number; resetMs: number; secondsLeft: number } {
    return {
      limit: this.limit,
      remaining: Math.max(0, this.left),
      resetMs: this.resetMs,
      secondsLeft: Math.max(0, Math.ceil((this.resetMs - Date.now()) / 1000)),
    };
  }
}
