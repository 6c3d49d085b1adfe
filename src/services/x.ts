import { bylineError } from '../errors.ts';
import { ok, type Reading, skipped } from '../model/reading.ts';
import { limitPause, type LimitHeaders, resetTime } from './limit-headers.ts';
import { addPages, type Page } from './json-pages.ts';
import { readCount } from './number.ts';
import { expectOk, own, parseJson, readJson, textOf } from './reply.ts';
import { joinPath, withQuery } from './request.ts';
import { type Ask, type ServiceDefinition, type ServiceReply, ServiceError } from './service.ts';
import { address, serviceSettings, variableName } from './service-settings.ts';
import { type Infer, z } from '../zod.ts';

const options = serviceSettings('x', {
  endpoint: address.default('https://api.x.com').describe('Address of the service.'),
  tokenEnv: variableName.optional().describe('Variable that holds an app-only bearer token.'),
  measure: z
    .enum(['recent', 'all'])
    .default('recent')
    .describe(
      '"recent" counts the posts of the last 7 days; "all" those since startTime, with a request for every 31 days.',
    ),
  startTime: z.iso.datetime().optional().describe('Since when "all" counts, such as 2024-01-01T00:00:00Z.'),
});

/** The limits and prices of the two endpoints (X API documentation and prices, 2026). */
const ENDPOINTS = {
  recent: { maxQuery: 512, dollars: 0.005 },
  all: { maxQuery: 1024, dollars: 0.01 },
};
/** Milliseconds of one page of counts by day (X API documentation, "Get count of all Posts"). */
const PAGE_MS = 31 * 24 * 3_600_000;
const LIMIT: LimitHeaders = { remaining: 'x-rate-limit-remaining', reset: 'x-rate-limit-reset', resetAs: 'epoch' };

/** X API v2 post counts, charged per request. Recent counts cover seven days and aren't totals. */
export const x: ServiceDefinition<Infer<typeof options>> = {
  name: 'x',
  summary: 'X: posts with a URL in the last 7 days, or since a date (API v2, paid)',
  needs: 'tokenEnv: an app-only bearer token; every request costs $0.005 or $0.01',
  options,
  create: (name, { endpoint, tokenEnv, measure, startTime, kind }, secrets) => {
    if (tokenEnv === undefined) throw bylineError('serviceNeeds', [name, 'tokenEnv']);
    if (measure === 'all' && startTime === undefined) throw bylineError('serviceNeeds', [name, 'startTime']);
    const headers = { authorization: `Bearer ${secrets.read(tokenEnv)}` };
    const { maxQuery, dollars } = ENDPOINTS[measure];
    const address = joinPath(endpoint, `2/tweets/counts/${measure}`);
    const maxPages = measure === 'all' && startTime !== undefined ? pagesSince(startTime) : 1;
    const period = measure === 'all' && startTime !== undefined ? { start_time: startTime } : {};

    const count = async (url: string, ask: Ask): Promise<Reading> => {
      const query = `url:"${url}"`;
      if (url.includes('"')) return skipped('X has no way to ask for a URL with a quotation mark');
      if (query.length > maxQuery) return skipped(`longer than the ${maxQuery} characters X takes`);
      const request = { url: withQuery(address, { query, granularity: 'day', ...period }), headers };
      return addPages(request, maxPages, ask, readPage);
    };
    return {
      name,
      maxUrls: 1,
      limits: {},
      notCumulative: measure === 'recent' && kind !== 'window' ? 'the posts of the last 7 days' : undefined,
      dollarsPerRequest: dollars,
      pauseUntil: (reply) => limitPause(reply, LIMIT),
      lookUp: async (urls, ask) => Promise.all(urls.map((url) => count(url, ask))),
    };
  },
};

/**
 * Reads one page: its count, and the token of the next page. `total_tweet_count` is that of the page. 429 is both the
 * 15-minute limit, which passes, and the paid cap, which doesn't; the problem's type tells them apart (X API
 * documentation).
 */
export function readPage(reply: ServiceReply): Page {
  checkProblem(reply);
  const value = readJson(reply);
  const meta = own(value, 'meta');
  const errors = own(value, 'errors');
  if (meta === undefined && Array.isArray(errors)) {
    throw new ServiceError('url', `error: ${textOf(own(errors[0], 'title')) || 'without a title'}`);
  }
  const token = textOf(own(meta, 'next_token'));
  return {
    reading: ok(readCount(own(meta, 'total_tweet_count'))),
    next: token === '' ? undefined : { next_token: token },
  };
}

/** The most pages since a time, plus one because a page may not begin with the first day. */
const pagesSince = (startTime: string): number =>
  Math.max(0, Math.ceil((Date.now() - Date.parse(startTime)) / PAGE_MS)) + 1;

function checkProblem(reply: ServiceReply): void {
  if (reply.status < 400) return;
  const problem = reply.text.trimStart().startsWith('{') ? parseJson(reply) : undefined;
  const type = textOf(own(problem, 'type')).replace(/^.*\//, '');
  const reason = `HTTP ${reply.status}: ${textOf(own(problem, 'detail')) || textOf(own(problem, 'title')) || type}`;
  if (type === 'usage-capped' || type === 'client-forbidden' || reply.status === 403)
    throw new ServiceError('stop', reason);
  if (reply.status === 429) throw new ServiceError('pause', reason, resetTime(reply, LIMIT));
  expectOk(reply);
}
