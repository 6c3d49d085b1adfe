/**
 * What one service said of one URL. There is no number to write by mistake: only `ok` carries one.
 *
 * - `ok`: the service's count, an integer from 0 to 2^53 - 1.
 * - `failed`: the service was asked, or should have been, and gave no usable count.
 * - `skipped`: the service was deliberately not asked, or gave a count that is not written; `positive` where that is above 0.
 */
export type Reading =
  | { readonly state: 'ok'; readonly count: number }
  | { readonly state: 'failed'; readonly reason: string }
  | { readonly state: 'skipped'; readonly reason: string; readonly positive?: true };

export const ok = (count: number): Reading => ({ state: 'ok', count });
export const failed = (reason: string): Reading => ({ state: 'failed', reason });
export const skipped = (reason: string): Reading => ({ state: 'skipped', reason });

/** What the field of a service has room for. */
export type FieldRoom = { readonly field: string; /** Digits before the decimal point. */ readonly digits: number };

export const fits = (count: number, { digits }: FieldRoom): boolean => count < 10 ** digits;

/** Why a count that does not fit is skipped. */
export const unfitReason = ({ field, digits }: FieldRoom): string =>
  `does not fit ${field} (${digits} ${digits === 1 ? 'digit' : 'digits'})`;

/** The reading of a count for a field: one that the field cannot hold is skipped. */
export function fitting(reading: Reading, room: FieldRoom): Reading {
  if (reading.state !== 'ok' || fits(reading.count, room)) return reading;
  return { state: 'skipped', reason: unfitReason(room), positive: true };
}

/**
 * A reading as it is kept on disk while a run goes on, so that no process asks for it again. `key` stands for the URL; `at`
 * is how many records of the run stand before the one it was asked for with: it is in the plan once the plan is further.
 */
export type KeptReading = {
  readonly service: string;
  readonly key: string;
  readonly at: number;
  readonly reading: Reading;
};

/** Keeps what services answered in a run. Its methods return at once. */
export type Keeper = ReadingsKeeper & ReportKeeper;

export type ReadingsKeeper = {
  /** A reading was had. */
  keep(reading: KeptReading): void;
  /** A service is sent another request: its `requests`-th of the run. */
  sent(service: string, requests: number): void;
};

/** Reports that were read whole, by what they are of. */
export type ReportKeeper = {
  /** A report was read: `header` is JSON, the chunks are its numbers. */
  keepReport(key: string, header: unknown, chunks: Iterable<Uint32Array>): void;
  /** What an earlier process of the run kept. */
  report(key: string): KeptReport | undefined;
};

export type KeptReport = { readonly header: unknown; readonly entries: Uint32Array };

/** What was asked before, whichever command did it: for services that have an hourly budget. */
export type HourlyBudget = {
  /** URLs a service was asked for in the last hour. */
  inLastHour(service: string): number;
  /** A service is asked for so many URLs. */
  note(service: string, urls: number): void;
};

/**
 * How a service fared in a run. `ok`, `failed` and `skipped` count distinct URLs; `requests` counts HTTP requests,
 * retries included.
 *
 * `degraded`: some URLs have no count. `stopped`: it kept failing, or its budget was spent, and is not asked any more.
 * `looks-dead`: it answered 0 for every URL while the org holds positive counts.
 */
export type ServiceTally = {
  readonly requests: number;
  readonly ok: number;
  readonly failed: number;
  readonly skipped: number;
  readonly state: 'ok' | 'degraded' | 'stopped' | 'looks-dead';
  readonly reason: string | null;
};
