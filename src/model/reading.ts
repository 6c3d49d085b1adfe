/**
 * One service's answer for one URL. Only `ok` has a number, so that a failure can't be written as one.
 *
 * - `ok`: the service's count, an integer from 0 to 2^53 - 1.
 * - `failed`: the service was asked, or should have been, and returned no valid count.
 * - `skipped`: the service wasn't asked on purpose, or its count isn't written; `positive` if that count is above 0.
 */
export type Reading =
  | { readonly state: 'ok'; readonly count: number }
  | { readonly state: 'failed'; readonly reason: string }
  | { readonly state: 'skipped'; readonly reason: string; readonly positive?: true };

export const ok = (count: number): Reading => ({ state: 'ok', count });
export const failed = (reason: string): Reading => ({ state: 'failed', reason });
export const skipped = (reason: string): Reading => ({ state: 'skipped', reason });

/** The size of the field for a service. */
export type FieldRoom = { readonly field: string; /** Digits before the decimal point. */ readonly digits: number };

export const fits = (count: number, { digits }: FieldRoom): boolean => count < 10 ** digits;

/** Why a count that doesn't fit is skipped. */
export const unfitReason = ({ field, digits }: FieldRoom): string =>
  `does not fit ${field} (${digits} ${digits === 1 ? 'digit' : 'digits'})`;

/** A reading for a field: a count that is too large for the field is skipped. */
export function fitting(reading: Reading, room: FieldRoom | undefined): Reading {
  if (!room || reading.state !== 'ok' || fits(reading.count, room)) return reading;
  return { state: 'skipped', reason: unfitReason(room), positive: true };
}

/**
 * A reading kept on disk during a run, so that it isn't requested again. `key` stands for the URL. `at` is the number
 * of the run's records before the one it was requested for: once the plan covers more records, it contains the reading.
 */
export type KeptReading = {
  readonly service: string;
  readonly key: string;
  readonly at: number;
  readonly reading: Reading;
};

/** Keeps the answers of services during a run. Its methods return at once. */
export type Keeper = ReadingsKeeper & ReportKeeper;

export type ReadingsKeeper = {
  /** Called for each reading. */
  keep(reading: KeptReading): void;
  /** Called when a request is sent to a service; `requests` is its number in the run. */
  sent(service: string, requests: number): void;
};

/** Keeps complete reports, by a key that says what they cover. */
export type ReportKeeper = {
  /** Keeps a report: `header` is JSON, and the chunks hold its numbers. */
  keepReport(key: string, header: unknown, chunks: Iterable<Uint32Array>): void;
  /** A report kept by an earlier process of the run. */
  report(key: string): KeptReport | undefined;
};

export type KeptReport = { readonly header: unknown; readonly entries: Uint32Array };

/** The URLs asked for by all commands of this machine's user, for services that have an hourly budget. */
export type HourlyBudget = {
  /** The number of URLs a service was asked for in the last hour. */
  inLastHour(service: string): number;
  /** Records that a service is asked for `urls` URLs. */
  note(service: string, urls: number): void;
};

/**
 * The results of a service in a run. `ok`, `failed`, and `skipped` count distinct URLs; `requests` counts HTTP
 * requests, retries included.
 *
 * `degraded`: some URLs have no count. `stopped`: it kept failing or its budget was spent, so it isn't asked any more.
 * `looks-dead`: it returned 0 for every URL, although the org holds positive counts.
 */
export type ServiceTally = {
  readonly requests: number;
  readonly ok: number;
  readonly failed: number;
  readonly skipped: number;
  readonly state: 'ok' | 'degraded' | 'stopped' | 'looks-dead';
  readonly reason: string | null;
};
