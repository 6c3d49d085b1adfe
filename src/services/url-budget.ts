/** Reserved URLs. Those not sent by the end can be reserved again. */
export type Reservation = {
  readonly urls: readonly string[];
  /** Call this when the first request for them is sent. */
  readonly sent: () => void;
  /** Call this when nothing more is sent for them. */
  readonly end: () => void;
};

/** The URLs that a service may still be asked for within an hour. Only sent URLs are subtracted. */
export class UrlBudget {
  private left: number;
  /** How many URLs of the budget each URL takes. */
  private readonly spellings: number;
  private readonly note: (urls: number) => void;
  /** Reservations that may still turn out not to be sent. */
  private readonly unsent = new Set<Promise<void>>();

  /** `left` URLs remain; `note` is called with the number of used ones. */
  public constructor(left: number, spellings: number, note: (urls: number) => void) {
    this.left = Math.max(0, left);
    this.spellings = spellings;
    this.note = note;
  }

  /** Reserves the first of some URLs, as many as the budget allows, once earlier reservations are settled. */
  public async reserve(wanted: readonly string[]): Promise<Reservation> {
    while (this.left < wanted.length * this.spellings && this.unsent.size > 0) await Promise.race(this.unsent);
    const urls = wanted.slice(0, Math.floor(this.left / this.spellings));
    const taken = urls.length * this.spellings;
    this.left -= taken;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.unsent.add(promise);
    const finish = (isSent: boolean): void => {
      if (!this.unsent.delete(promise)) return;
      if (isSent) this.note(taken);
      else this.left += taken;
      resolve();
    };
    return { urls, sent: () => finish(true), end: () => finish(false) };
  }
}
