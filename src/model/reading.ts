/**
 * What one service said of one URL. There is no number to write by mistake: only `ok` carries one.
 *
 * - `ok`: the service's count, an integer from 0 to 2^53 - 1.
 * - `failed`: the service was asked, or should have been, and gave no usable count.
 * - `skipped`: the service was deliberately not asked.
 */
export type Reading =
  | { readonly state: 'ok'; readonly count: number }
  | { readonly state: 'failed'; readonly reason: string }
  | { readonly state: 'skipped'; readonly reason: string };

export const ok = (count: number): Reading => ({ state: 'ok', count });
export const failed = (reason: string): Reading => ({ state: 'failed', reason });
export const skipped = (reason: string): Reading => ({ state: 'skipped', reason });

/**
 * How a service fared in a run. `ok`, `failed` and `skipped` count distinct URLs; `requests` counts HTTP requests,
 * retries included.
 *
 * `degraded`: some URLs failed. `stopped`: it kept failing, or its budget was spent, and is not asked any more.
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
