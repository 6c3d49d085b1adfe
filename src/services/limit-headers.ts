import type { ServiceReply } from './service.ts';

/** The headers in which a service reports what is left of its limit, and when it is reset. */
export type LimitHeaders = {
  readonly remaining: string;
  readonly reset: string;
  /** `epoch`: seconds since 1970 (X); `seconds`: from now (Reddit); `iso`: a date in ISO 8601 (Mastodon). */
  readonly resetAs: 'epoch' | 'seconds' | 'iso';
};

/** When an exhausted limit is reset, in epoch milliseconds; `undefined` while a request is left. */
export function limitPause(reply: ServiceReply, headers: LimitHeaders): number | undefined {
  const remaining = Number(reply.headers[headers.remaining.toLowerCase()] ?? NaN);
  return remaining < 1 ? resetTime(reply, headers) : undefined;
}

/** When the limit is reset, in epoch milliseconds. */
export function resetTime(reply: ServiceReply, headers: LimitHeaders): number | undefined {
  const reset = reply.headers[headers.reset.toLowerCase()];
  if (reset === undefined) return undefined;
  const time = toTime(reset, headers.resetAs, reply.at);
  return Number.isNaN(time) ? undefined : time;
}

function toTime(reset: string, as: LimitHeaders['resetAs'], at: number): number {
  switch (as) {
    case 'epoch':
      return Number(reset) * 1000;
    case 'seconds':
      return at + Number(reset) * 1000;
    case 'iso':
      return Date.parse(reset);
  }
}
