/**
 * Milliseconds a `Retry-After` header asks to wait: seconds or an HTTP date (RFC 9110, section 10.2.3). `undefined`
 * where the header is missing or means nothing; never negative.
 */
export function retryAfterMs(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(value)) return Number(value) * 1000;
  // Date.parse takes "-1" and "1.5" for dates.
  const at = /^\s*[a-z]{3}/i.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
