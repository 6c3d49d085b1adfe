import type { EmulatorReply, EmulatorRequest } from '../server.ts';
import { split } from './counts.ts';
import { type Context, type EmulatedService, json, NOT_FOUND } from './emulated-service.ts';
import { hasBearer } from './requests.ts';

const PATHS: Readonly<Record<string, { maxQuery: number }>> = {
  '/2/tweets/counts/recent': { maxQuery: 512 },
  '/2/tweets/counts/all': { maxQuery: 1024 },
};
export const X_TOKEN = 'BYLINE_X_TOKEN';
const DAY_MS = 86_400_000;
const DAYS_A_PAGE = 31;

/** X API v2 counts: the last seven days, or all time in pages of 31 days. A quota that never resets is the paid cap. */
export const x: EmulatedService = {
  name: 'x',
  path: '',
  settings: (endpoint) => ({ endpoint, tokenEnv: X_TOKEN }),
  env: { [X_TOKEN]: 'AAAAAAAAAemulated%2BBearer%3DToken' },
  quota: { limit: 300, seconds: 900 },
  urls: ({ query }) => urlsIn(query.get('query') ?? ''),
  answer: (request, context) => {
    const endpoint = Object.hasOwn(PATHS, request.path) ? PATHS[request.path] : undefined;
    if (request.method !== 'GET' || endpoint === undefined) return NOT_FOUND;
    if (!hasBearer(request, context.secret(X_TOKEN))) return problem(401, 'Unauthorized');
    if (!context.quota.take()) return refusal(context);
    const reply = answer(request, endpoint.maxQuery, context);
    return { ...reply, headers: { ...reply.headers, ...rateHeaders(context) } };
  },
  errorInside200: () =>
    json(200, { errors: [{ title: 'Operational Disconnect', type: `${PROBLEMS}operational-disconnect` }] }),
};

const PROBLEMS = 'https://api.x.com/2/problems/';

function answer(request: EmulatorRequest, maxQuery: number, context: Context): EmulatorReply {
  const query = request.query.get('query') ?? '';
  const [url] = urlsIn(query);
  if (url === undefined || query.length > maxQuery) return invalid('query');
  if (!['minute', 'hour', 'day', null].includes(request.query.get('granularity'))) return invalid('granularity');
  const count = context.counts.count(url);
  if (request.path.endsWith('/recent')) return page(7, Date.now(), count, context);

  const start = request.query.get('start_time');
  const startMs = start === null ? Date.now() - 30 * DAY_MS : Date.parse(start);
  if (Number.isNaN(startMs)) return invalid('start_time');
  const pages = Math.max(1, Math.ceil((Date.now() - startMs) / DAY_MS / DAYS_A_PAGE));
  const token = request.query.get('next_token');
  const at = token === null ? 0 : Number(/^emulated-page-(\d+)$/.exec(token)?.[1] ?? NaN);
  if (!(at < pages)) return invalid('next_token');
  const next = at + 1 < pages ? `emulated-page-${at + 1}` : undefined;
  return page(DAYS_A_PAGE, Date.now() - at * DAYS_A_PAGE * DAY_MS, split(count, pages, url)[at] ?? 0, context, next);
}

/** A page of daily numbers; its total is that of the page alone. */
function page(days: number, endMs: number, count: number, { counts }: Context, next?: string): EmulatorReply {
  const data = split(count, days, String(count)).map((part, index) => ({
    end: new Date(endMs - (days - 1 - index) * DAY_MS).toISOString(),
    start: new Date(endMs - (days - index) * DAY_MS).toISOString(),
    tweet_count: counts.ail(part),
  }));
  return json(200, { data, meta: { total_tweet_count: counts.ail(count), next_token: next } });
}

function refusal(context: Context): EmulatorReply {
  const isCap = !Number.isFinite(context.quota.state.resetMs);
  return isCap
    ? problem(429, 'UsageCapExceeded', 'usage-capped', 'Usage cap exceeded: Monthly product cap')
    : { ...problem(429, 'Too Many Requests', 'rate-limit-exceeded'), ...withHeaders(rateHeaders(context)) };
}

const withHeaders = (headers: Readonly<Record<string, string>>): { headers: Readonly<Record<string, string>> } => ({
  headers: { 'content-type': 'application/problem+json', ...headers },
});

function rateHeaders({ quota }: Context): Record<string, string> {
  const { limit, remaining, resetMs } = quota.state;
  return {
    'x-rate-limit-limit': String(limit),
    'x-rate-limit-remaining': String(remaining),
    'x-rate-limit-reset': String(Math.ceil(resetMs / 1000)),
  };
}

const invalid = (parameter: string): EmulatorReply =>
  problem(
    400,
    'Invalid Request',
    'invalid-request',
    `One or more parameters to your request was invalid: ${parameter}`,
  );

function problem(status: number, title: string, type?: string, detail = title): EmulatorReply {
  return json(status, { title, detail, type: type === undefined ? 'about:blank' : `${PROBLEMS}${type}`, status });
}

/** The URL of a query of one quoted `url:` operator; other queries are not understood. */
function urlsIn(query: string): string[] {
  const quoted = /^url:"([^"]*)"$/.exec(query)?.[1];
  return quoted === undefined ? [] : [quoted];
}
