import type { EmulatorReply } from '../server.ts';
import { type Context, type EmulatedService, json, onlyAt } from './emulated-service.ts';
import { announced, byNames, grouped, hostname, ofViews, visited, type Visited } from './report-rows.ts';
import { hasBearer, jsonBody } from './requests.ts';

const SITE = 'example.com';
export const PLAUSIBLE_KEY = 'BYLINE_PLAUSIBLE_KEY';
const MAX_ROWS = 10_000;

const DIMENSIONS: Readonly<Record<string, (row: Visited) => string>> = {
  'event:hostname': hostname,
  'event:page': ({ path }) => path,
};

const METRICS: Readonly<Record<string, (views: number) => number>> = {
  pageviews: (views) => views,
  visits: (views) => ofViews(views).visits,
  visitors: (views) => ofViews(views).visitors,
};

/** Plausible's Stats API v2. The flaw `folded` is history that was imported and is left out. */
export const plausible: EmulatedService = {
  name: 'plausible',
  path: '',
  reads: 'report',
  settings: (endpoint) => ({ endpoint, site: SITE, keyEnv: PLAUSIBLE_KEY }),
  env: { [PLAUSIBLE_KEY]: 'emulated-plausible-key' },
  quota: { limit: 600, seconds: 3600 },
  urls: () => [],
  answer: onlyAt('POST', '/api/v2/query', (request, context) => {
    if (!context.quota.take()) return json(429, { error: 'Too many API requests. Your limit is 600 per hour.' });
    const isKnown = hasBearer(request, context.secret(PLAUSIBLE_KEY));
    const body = jsonBody(request) as Body;
    if (!isKnown || body.site_id !== SITE) {
      return json(401, {
        error:
          'Invalid API key or site ID. Please make sure you are using a valid API key with access to the site you have requested.',
      });
    }
    return report(body, context);
  }),
  errorInside200: () => json(200, { error: 'internal error' }),
};

type Body = {
  readonly site_id?: string;
  readonly metrics?: readonly string[];
  readonly date_range?: unknown;
  readonly dimensions?: readonly string[];
  readonly order_by?: readonly (readonly [string, string])[];
  readonly include?: { readonly total_rows?: boolean; readonly imports?: boolean };
  readonly pagination?: { readonly limit?: number; readonly offset?: number };
};

function report(body: Body, { counts, flaw }: Context): EmulatorReply {
  const dimensions = body.dimensions?.map((name) => DIMENSIONS[name]) ?? [];
  const metrics = body.metrics?.map((name) => METRICS[name]) ?? [];
  const { limit = MAX_ROWS, offset = 0 } = body.pagination ?? {};
  const isPeriod = body.date_range === 'all' || Array.isArray(body.date_range);
  if (dimensions.includes(undefined) || metrics.includes(undefined) || !isPeriod || limit > MAX_ROWS) {
    return json(400, { error: 'Invalid query.' });
  }
  const rows = grouped(visited(counts), (row) => dimensions.map((dimension) => dimension!(row)));
  const ordered = body.order_by ? rows.toSorted(byNames) : rows;
  return json(200, {
    results: ordered.slice(offset, offset + limit).map(({ names, views }) => ({
      metrics: metrics.map((metric) => counts.ail(metric!(views))),
      dimensions: names,
    })),
    meta: {
      ...(body.include?.imports ? importsMeta(flaw) : {}),
      ...(body.include?.total_rows ? { total_rows: announced(rows, counts, flaw) } : {}),
    },
    query: { site_id: SITE, metrics: body.metrics, date_range: body.date_range, dimensions: body.dimensions },
  });
}

const importsMeta = (flaw: Context['flaw']): object =>
  flaw === 'folded'
    ? { imports_included: false, imports_skip_reason: 'unsupported_query' }
    : { imports_included: false, imports_skip_reason: 'no_imported_data' };
