/** Some URLs that may be asked for. What is reserved and not sent until the end can be reserved again. */
export type Reservation = {
  readonly urls: readonly string[];
  /** The first request for them is sent. */
  readonly sent: () => void;
  /** Nothing more is sent for them. */
  readonly end: () => void;
};

/** The URLs a service may still be asked for within an hour. Only what was sent is taken from them. */
export class UrlBudget {
  private left: number;
  /** How many URLs of the budget each URL takes. */
  private readonly spellings: number;
  private readonly note: (urls: number) => void;
  /** Reservations nobody knows of yet whether they will be sent. */
  private readonly unsent = new Set<Promise<void>>();

  /** `left` URLs remain; `note` is called with the number of those used. */
  public constructor(left: number, spellings: number, note: (urls: number) => void) {
    this.left = Math.max(0, left);
    this.spellings = spellings;
    this.note = note;
  }

  /** Reserves the first of some URLs, as many as there is budget for, once earlier reservations leave no doubt about that. */
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
