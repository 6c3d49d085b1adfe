import { formatNumber } from '../model/format-number.ts';

/** Milliseconds a rate is taken over: long enough to be steady, short enough to notice a service that got slow. */
const WINDOW_MS = 15_000;

/** How fast a figure grows, from what was seen of it. Times are in milliseconds. */
export class Pace {
  private readonly seen: { readonly at: number; readonly value: number }[] = [];

  public note(value: number, at: number): void {
    const last = this.seen.at(-1);
    if (last?.value !== value) this.seen.push({ value, at });
    // One older than the window stays: what happened since is the rate.
    while (this.seen.length > 2 && this.seen[1]!.at <= at - WINDOW_MS) this.seen.shift();
  }

  /** Growth in a second; `null` while there is nothing to derive it from. */
  public rate(now: number): number | null {
    const first = this.seen[0];
    const last = this.seen.at(-1);
    if (!first || !last || last.value <= first.value || now <= first.at) return null;
    return ((last.value - first.value) * 1000) / (now - first.at);
  }

  /** Seconds until `total` is reached at this rate; `null` if that is not known. */
  public left(total: number, now: number): number | null {
    const rate = this.rate(now);
    const value = this.seen.at(-1)?.value ?? 0;
    return rate === null || value >= total ? null : (total - value) / rate;
  }
}

/** A rate for people: `120/s`, or by the minute where it is slow. */
export function perSecond(rate: number | null): string {
  if (rate === null) return '';
  return rate >= 1 ? `${formatNumber(Math.round(rate))}/s` : `${Math.max(1, Math.round(rate * 60))}/min`;
}

/** A time for people: `45 s`, `3 min`, `1 h 20 min`. */
export function duration(seconds: number | null): string {
  if (seconds === null) return '';
  if (seconds < 90) return `${Math.max(1, Math.ceil(seconds))} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
