/**
 * The milliseconds of a `Retry-After` header, which holds seconds or an HTTP date (RFC 9110, section 10.2.3). Never
 * negative; `undefined` if the header is missing or invalid.
 */
export function retryAfterMs(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(value)) return Number(value) * 1000;
  // Date.parse accepts "-1" and "1.5" as dates.
  const at = /^\s*[a-z]{3}/i.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
