/** Something that is queued, then runs, then is done. */
export type Work = {
  /** What is worked on. */
  readonly id: string;
  /** Works of one lane run one after another. */
  readonly lane: string | undefined;
  readonly begin: () => void;
  readonly finish: () => void;
  /** Whether it may still begin: a batch of an aborted job may not. */
  readonly wanted: () => boolean;
};

/**
 * When batches run. With no delay, all that waits is run before anybody looks (`settle`) or at the next turn of the event
 * loop; with one, each is queued for half of it and runs for the other half.
 */
export class Scheduler {
  private readonly delayMs: number;
  private readonly waiting: Work[] = [];
  private readonly lanes = new Map<string, Work[]>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private held = false;

  public constructor(delayMs: number) {
    this.delayMs = delayMs;
  }

  public add(work: Work): void {
    this.waiting.push(work);
    if (this.delayMs > 0) this.start();
    else setImmediate(() => this.settle());
  }

  /** Runs what waits, where batches take no time. */
  public settle(): void {
    if (this.held || this.delayMs > 0) return;
    for (let work = this.waiting.shift(); work; work = this.waiting.shift()) {
      if (!work.wanted()) continue;
      work.begin();
      work.finish();
    }
  }

  /** Batches stay Queued until `release`. */
  public hold(): void {
    this.held = true;
  }

  public release(): void {
    this.held = false;
    if (this.delayMs > 0) this.start();
    else this.settle();
  }

  /** Runs one that waits, though the others are held. */
  public runNow(id: string): void {
    const work = this.waiting.find((waiting) => waiting.id === id);
    if (!work?.wanted()) return;
    this.waiting.splice(this.waiting.indexOf(work), 1);
    work.begin();
    work.finish();
  }

  public stop(): void {
    this.held = true;
    for (const timer of this.timers) clearTimeout(timer);
  }

  private start(): void {
    if (this.held) return;
    for (const work of this.waiting.splice(0)) {
      const lane = work.lane === undefined ? undefined : this.lanes.get(work.lane);
      if (lane) lane.push(work);
      else this.run(work);
    }
  }

  private run(work: Work): void {
    if (work.lane !== undefined && !this.lanes.has(work.lane)) this.lanes.set(work.lane, []);
    this.after(() => {
      if (!work.wanted()) return this.next(work.lane);
      work.begin();
      this.after(() => {
        work.finish();
        this.next(work.lane);
      });
    });
  }

  private next(lane: string | undefined): void {
    if (lane === undefined) return;
    const following = this.lanes.get(lane)?.shift();
    if (following) this.run(following);
    else this.lanes.delete(lane);
  }

  private after(then: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      then();
    }, this.delayMs / 2);
    this.timers.add(timer);
  }
}
