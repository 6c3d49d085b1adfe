import { formatNumber } from '../model/format-number.ts';

/** Milliseconds a rate is measured over: long enough to be steady, short enough to show a service that becomes slow. */
const WINDOW_MS = 15_000;

/** How fast a figure grows. Times are in milliseconds. */
export class Pace {
  private readonly seen: { readonly at: number; readonly value: number }[] = [];

  public note(value: number, at: number): void {
    const last = this.seen.at(-1);
    if (last?.value !== value) this.seen.push({ value, at });
    // One older value is kept: the rate is the growth since then.
    while (this.seen.length > 2 && this.seen[1]!.at <= at - WINDOW_MS) this.seen.shift();
  }

  /** Growth per second; `null` if unknown. */
  public rate(now: number): number | null {
    const first = this.seen[0];
    const last = this.seen.at(-1);
    if (!first || !last || last.value <= first.value || now <= first.at) return null;
    return ((last.value - first.value) * 1000) / (now - first.at);
  }

  /** Seconds until `total` is reached at this rate; `null` if unknown. */
  public left(total: number, now: number): number | null {
    const rate = this.rate(now);
    const value = this.seen.at(-1)?.value ?? 0;
    return rate === null || value >= total ? null : (total - value) / rate;
  }
}

/** A rate as text: `120/s`, or per minute if it is slow. */
export function perSecond(rate: number | null): string {
  if (rate === null) return '';
  return rate >= 1 ? `${formatNumber(Math.round(rate))}/s` : `${Math.max(1, Math.round(rate * 60))}/min`;
}

/** A duration as text: `45 s`, `3 min`, `1 h 20 min`. */
export function duration(seconds: number | null): string {
  if (seconds === null) return '';
  if (seconds < 90) return `${Math.max(1, Math.ceil(seconds))} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
