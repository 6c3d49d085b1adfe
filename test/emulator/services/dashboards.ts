import type { EmulatorReply, EmulatorRequest } from '../server.ts';
import { type Context, type EmulatedService, json, NOT_FOUND } from './emulated-service.ts';
import { type Grouped, grouped, missing, ofViews, visited, type Visited } from './report-rows.ts';
import { hasBearer, jsonBody, numberIn } from './requests.ts';

export const DASHBOARD_KEY = 'BYLINE_DASHBOARD_KEY';

/**
 * Analytics that are declared in settings, each below a folder of its name: `/umami`, `/goatcounter`, `/simpleanalytics`,
 * `/fathom`, `/posthog`; and `/links`, which names the next page by a `Link` header. They hold the same pages. The flaw
 * `folded` adds up, at `/links`, what is `missing` in a row "Others".
 */
export const dashboards: EmulatedService = {
  name: 'dashboards',
  path: '',
  reads: 'report',
  settings: (endpoint) => ({
    ...{ type: 'json', preset: 'fathom', endpoint: `${endpoint}/fathom`, site: 'ABCDEF' },
    auth: { bearerEnv: DASHBOARD_KEY },
  }),
  env: { [DASHBOARD_KEY]: 'emulated-dashboard-key' },
  urls: () => [],
  answer: (request, context) => {
    const [, folder = ''] = request.path.split('/');
    const dashboard = Object.hasOwn(DASHBOARDS, folder) ? DASHBOARDS[folder] : undefined;
    if (dashboard === undefined) return NOT_FOUND;
    const key = context.secret(DASHBOARD_KEY);
    const isKnown = hasBearer(request, key) || request.headers['api-key'] === key;
    if (!isKnown) return json(401, { error: 'Unauthorized' });
    return dashboard({ ...request, path: request.path.slice(folder.length + 1) }, context);
  },
  errorInside200: () => json(200, { error: 'internal error' }),
};

type Dashboard = (request: EmulatorRequest, context: Context) => EmulatorReply;

const DASHBOARDS: Readonly<Record<string, Dashboard>> = {
  umami: ({ path, query }, { counts }) => {
    const host = query.get('hostname');
    const isAsked = path === '/api/websites/1b2c/metrics/expanded' && query.get('type') === 'path';
    if (!isAsked || !query.has('startAt') || !query.has('endAt')) return json(400, { error: 'Bad request' });
    const pages = paths(visited(counts).filter((row) => host === null || row.host === host));
    const from = numberIn(query, 'offset', 0);
    const shown = pages.slice(from, from + numberIn(query, 'limit', 500));
    return json(
      200,
      shown.map(({ names: [name], views }) => ({ name, pageviews: counts.ail(views), ...ofViews(views) })),
    );
  },
  goatcounter: ({ path, query }, { counts }) => {
    if (path !== '/api/v0/stats/hits') return NOT_FOUND;
    // What began before a week ago is left out unless it is asked for.
    const pages = query.has('start') ? paths(visited(counts)) : [];
    const excluded = (query.get('exclude_paths') ?? '').split(',');
    const limit = Math.min(100, numberIn(query, 'limit', 20));
    const left = [
      { path_id: 1, path: 'signed up', event: true, count: 3 },
      ...pages.map(({ names: [name], views }, index) => {
        return { path_id: index + 2, path: name, event: false, count: counts.ail(views) };
      }),
    ].filter(({ path_id: id }) => !excluded.includes(String(id)));
    return json(200, { hits: left.slice(0, limit), total: 0, more: left.length > limit });
  },
  simpleanalytics: ({ path, query }, { counts }) => {
    if (path !== '/www.example.com.json' || query.get('fields') !== 'pages') return NOT_FOUND;
    const limit = Math.min(1000, numberIn(query, 'limit', 100));
    const pages = paths(visited(counts)).slice(0, limit);
    return json(200, {
      pages: pages.map(({ names: [value], views }) => ({ value, pageviews: counts.ail(views), visitors: 1 })),
    });
  },
  fathom: ({ path, query }, { counts }) => {
    if (path !== '/v1/aggregations' || query.get('field_grouping') !== 'hostname,pathname') return NOT_FOUND;
    const rows = grouped(visited(counts), ({ host, path: pathname }) => [host, pathname]);
    return json(
      200,
      rows.map(({ names: [host = '', pathname], views }) => {
        const pageviews = counts.ail(views);
        return {
          hostname: `https://${host}`,
          pathname,
          pageviews: pageviews === undefined ? undefined : String(pageviews),
        };
      }),
    );
  },
  posthog: (request, { counts }) => {
    if (request.path !== '/api/projects/7/query/' || request.method !== 'POST') return NOT_FOUND;
    const { query } = jsonBody(request) as { query: { kind: string; query: string } };
    const limit = Math.min(50_000, Number(/ LIMIT (\d+)$/.exec(query.query)?.[1] ?? 100));
    const rows = grouped(visited(counts), ({ host, path: pathname }) => [host, pathname]);
    // Events of a server name no page.
    const results = [[null, null, 40], ...rows.map(({ names, views }) => [...names, counts.ail(views)])];
    return json(200, { results: results.slice(0, limit), hasMore: results.length > limit });
  },
  links: ({ query }, { counts, flaw }) => {
    const rows = visited(counts).map(({ url, views }) => ({ url, reads: counts.ail(views) }));
    const folded = missing(counts).map(({ views }) => ({ url: 'Others', reads: views }));
    const all = flaw === 'folded' ? [...rows, ...folded] : rows;
    const from = numberIn(query, 'after', 0);
    const headers = from + 2 < all.length ? { link: `</links?after=${from + 2}>; rel="next"` } : {};
    return json(200, { data: all.slice(from, from + 2) }, headers);
  },
};

const paths = (rows: readonly Visited[]): Grouped[] => grouped(rows, ({ path }) => [path]);
