import type { EmulatorReply, EmulatorRequest } from '../server.ts';
import { type Context, type EmulatedService, json, NOT_FOUND, script, text } from './emulated-service.ts';
import { split } from './counts.ts';
import { hasBasic, hasBearer, jsonBody, numberIn } from './requests.ts';

export const STATS_TOKEN = 'BYLINE_STATS_TOKEN';
export const STATS_USER = 'BYLINE_STATS_USER';
export const STATS_PASSWORD = 'BYLINE_STATS_PASSWORD';
const MAX_BATCH = 20;

/**
 * A company's own statistics, to be declared in settings: `/<auth>/<shape>`.
 *
 * - auth: `open`, `bearer`, `basic`, `header` (X-Api-Key), `query` (key).
 * - one URL in `u`: `one` {"data":{"total":N}}, `jsonp`, `text`, `list` (items of this URL and of others, to be added up
 *   or counted), `pages` (the same items of this URL, one a page, with the token of the `next` page).
 * - many URLs: `repeat` (`u` again and again), `join` (`u`, commas), `array` (POST, a JSON array), `lines` (POST, text).
 *   They come back as `reply` says: `map` (by URL, default), `array` (in order), `items` (a list with a key).
 *
 * Oddities: `missing` is {"data":{},"status":"unknown"}, `{code}` an error of that code inside 200, for all URLs asked with
 * that one.
 */
export const reads: EmulatedService = {
  name: 'reads',
  path: '',
  settings: (endpoint) => ({
    type: 'json',
    url: `${endpoint}/bearer/one?u={url}`,
    value: '/data/total',
    auth: { bearerEnv: STATS_TOKEN },
  }),
  env: { [STATS_TOKEN]: 'emulated-stats-token', [STATS_USER]: 'stats-user', [STATS_PASSWORD]: 'emulated:pass-4711' },
  urls,
  answer: (request, context) => {
    const [, auth = '', shape = ''] = request.path.split('/');
    if (!isAuthorized(auth, request, context)) return json(401, { error: { code: 401, message: 'unauthorized' } });
    const asked = urls(request);
    if (asked.length === 0) return NOT_FOUND;
    return Object.hasOwn(MANY, shape)
      ? answerMany(request, asked, context)
      : answerOne(shape, asked[0] ?? '', request, context);
  },
  errorInside200: () => json(200, { error: { code: 503, message: 'statistics are being rebuilt' } }),
};

const MANY: Readonly<Record<string, (request: EmulatorRequest) => unknown>> = {
  repeat: ({ query }) => query.getAll('u'),
  join: ({ query }) => query.get('u')?.split(','),
  array: jsonBody,
  lines: ({ body }) =>
    body
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map(decodeURIComponent),
};

function urls(request: EmulatorRequest): string[] {
  const shape = request.path.split('/')[2] ?? '';
  const read = Object.hasOwn(MANY, shape) ? MANY[shape] : ({ query }: EmulatorRequest): unknown => query.getAll('u');
  try {
    const found = read?.(request);
    return Array.isArray(found) ? found.map(String) : [];
  } catch {
    return [];
  }
}

function isAuthorized(auth: string, request: EmulatorRequest, { secret }: Context): boolean {
  switch (auth) {
    case 'open':
      return true;
    case 'bearer':
      return hasBearer(request, secret(STATS_TOKEN));
    case 'basic':
      return hasBasic(request, secret(STATS_USER), secret(STATS_PASSWORD));
    case 'header':
      return request.headers['x-api-key'] === secret(STATS_TOKEN);
    case 'query':
      return request.query.get('key') === secret(STATS_TOKEN);
    default:
      return false;
  }
}

function answerOne(shape: string, url: string, { query }: EmulatorRequest, { counts }: Context): EmulatorReply {
  const oddity = counts.oddity(url);
  if (typeof oddity === 'object') return errorOf(oddity.code);
  if (oddity === 'missing') return json(200, { data: {}, status: 'unknown' });
  const total = counts.shown(url);
  switch (shape) {
    case 'one':
      return json(200, { data: { total }, status: 'known' });
    case 'jsonp':
      return script(`/**/typeof stats.got === 'function' && stats.got(${JSON.stringify({ data: { total } })});`);
    case 'text':
      return text(200, String(total ?? 'none'));
    case 'list': {
      const own = split(counts.count(url), 3, url).map((part) => ({ page: { url }, reads: counts.ail(part) }));
      return json(200, { items: [...own, { page: { url: `${url}-other` }, reads: 17 }] });
    }
    case 'pages': {
      const parts = split(counts.count(url), 3, url);
      const page = numberIn(query, 'page', 0);
      const next = page + 1 < parts.length ? String(page + 1) : null;
      return json(200, { items: [{ reads: counts.ail(parts[page] ?? 0) }], next });
    }
    default:
      return NOT_FOUND;
  }
}

const errorOf = (code: number): EmulatorReply => json(200, { error: { code, message: 'told to fail' } });

function answerMany(request: EmulatorRequest, asked: readonly string[], { counts }: Context): EmulatorReply {
  if (asked.length > MAX_BATCH) return json(400, { error: { code: 400, message: `at most ${MAX_BATCH} URLs` } });
  const bad = asked.map((url) => counts.oddity(url)).find((oddity) => typeof oddity === 'object');
  if (bad) return errorOf(bad.code);
  const known = asked.filter((url) => counts.oddity(url) !== 'missing');
  switch (request.query.get('reply') ?? 'map') {
    case 'map':
      return json(200, { data: Object.fromEntries(known.map((url) => [url, counts.shown(url)])) });
    case 'array':
      return json(200, { data: asked.map((url) => ({ total: counts.shown(url) })) });
    case 'items':
      // In no order to rely on.
      return json(200, { data: known.map((url) => ({ url, total: counts.shown(url) })).reverse() });
    default:
      return NOT_FOUND;
  }
}
