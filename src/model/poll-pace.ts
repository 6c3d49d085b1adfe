/** The shortest and the longest time between two polls, in milliseconds. */
const MIN_MS = 1000;
const MAX_MS = 60_000;
/** The end of a job is seen within this time, or within a fifth of the job's duration if that is longer. */
const LATE_MS = 10_000;

/**
 * Decides how long to wait before the next poll, based on earlier polls. Each poll is an API request, so the wait grows
 * with the time a job has taken and the time it seems to need.
 */
export class PollPace {
  private readonly since: number;
  private first: { readonly at: number; readonly done: number } | undefined;

  /** `since` is when the job began, in epoch milliseconds. */
  public constructor(since: number) {
    this.since = since;
  }

  /** Records that `done` of `total` records are processed at `now`. Returns the milliseconds until the next poll. */
  public next(now: number, done: number, total: number): number {
    this.first ??= { at: now, done };
    const waited = Math.max(now - this.since, MIN_MS);
    const blind = Math.min(0.6 * waited + 1000, Math.max(LATE_MS, 0.2 * waited));
    const progress = done - this.first.done;
    if (progress <= 0) return clamp(blind);
    const rest = ((now - this.first.at) / progress) * (total - done);
    return clamp(Math.min(blind, Math.max(rest, 0.1 * waited)));
  }
}

const clamp = (ms: number): number => Math.min(Math.max(ms, MIN_MS), MAX_MS);
