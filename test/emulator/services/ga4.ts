import type { EmulatorReply, EmulatorRequest } from '../server.ts';
import { type Context, type EmulatedService, json } from './emulated-service.ts';
import { googleError, internalError, KEY_FILE, loginReply, TOKEN_PATH } from './google.ts';
import {
  announced,
  byNames,
  grouped,
  type Grouped,
  hostname,
  missing,
  ofViews,
  visited,
  type Visited,
  viewsOf,
} from './report-rows.ts';
import { jsonBody } from './requests.ts';

const PROPERTY = '123456789';
const PATH = `/v1beta/properties/${PROPERTY}:runReport`;
export const GA4_KEY = 'BYLINE_GA4_KEY';
const MAX_ROWS = 250_000;
const TOKENS_A_DAY = 200_000;
/** What each report costs of them. */
const TOKENS = 10;

const DIMENSIONS: Readonly<Record<string, (row: Visited) => string>> = {
  hostName: hostname,
  pagePath: ({ path }) => path,
  pagePathPlusQueryString: ({ path, query }) => `${path}${query}`,
};

const METRICS: Readonly<Record<string, (views: number) => number>> = {
  screenPageViews: (views) => views,
  activeUsers: (views) => ofViews(views).visitors,
  sessions: (views) => ofViews(views).visits,
};

/** Google Analytics 4's `runReport`, and the token endpoint. Its quota is told in requests, of ten tokens each. */
export const ga4: EmulatedService = {
  name: 'ga4',
  path: '',
  reads: 'report',
  settings: (endpoint) => ({
    ...{ endpoint, tokenEndpoint: `${endpoint}${TOKEN_PATH}` },
    ...{ property: PROPERTY, keyEnv: GA4_KEY },
  }),
  env: { [GA4_KEY]: KEY_FILE },
  quota: { limit: TOKENS_A_DAY / TOKENS, seconds: 86_400 },
  kind: ({ path }) => (path === TOKEN_PATH ? 'ga4-token' : 'ga4'),
  urls: () => [],
  answer: (request, context) => {
    const reply = loginReply('ga4', request, context);
    if (reply) return reply;
    if (request.path !== PATH) {
      const message = 'User does not have sufficient permissions for this property.';
      return googleError(403, 'PERMISSION_DENIED', message);
    }
    if (!context.quota.take()) {
      return googleError(
        429,
        'RESOURCE_EXHAUSTED',
        'Exhausted property tokens per day. These quota tokens will return in 9 hours.',
      );
    }
    return report(request, context);
  },
  errorInside200: internalError,
};

type Body = {
  readonly dateRanges?: readonly { readonly startDate?: string; readonly endDate?: string }[];
  readonly dimensions?: readonly { readonly name: string }[];
  readonly metrics?: readonly { readonly name: string }[];
  readonly orderBys?: readonly unknown[];
  readonly limit?: number | string;
  readonly offset?: number | string;
  readonly returnPropertyQuota?: boolean;
};

function report(request: EmulatorRequest, { counts, flaw, quota }: Context): EmulatorReply {
  const body = jsonBody(request) as Body;
  const dimensions = body.dimensions?.map(({ name }) => DIMENSIONS[name]) ?? [];
  const metrics = body.metrics?.map(({ name }) => METRICS[name]) ?? [];
  const limit = Number(body.limit ?? 10_000);
  if (
    dimensions.includes(undefined) ||
    metrics.includes(undefined) ||
    metrics.length === 0 ||
    !body.dateRanges?.[0]?.startDate
  ) {
    return googleError(400, 'INVALID_ARGUMENT', 'Field is not a valid dimension or metric.');
  }
  if (limit > MAX_ROWS) return googleError(400, 'INVALID_ARGUMENT', 'limit must be at most 250000.');
  const named = (row: Visited): string[] => dimensions.map((dimension) => dimension!(row));
  const rows = [...grouped(visited(counts), named), ...otherRow(counts, flaw, dimensions.length)];
  // Without an order the rows come in any: here turned round for every second page.
  const ordered = body.orderBys ? rows.toSorted(byNames) : rows;
  const offset = Number(body.offset ?? 0);
  const page = ordered.slice(offset, offset + limit);
  const shown = page.map(({ names, views }) => ({
    dimensionValues: names.map((value) => ({ value })),
    metricValues: metrics.map((metric) => ({ value: String(counts.ail(metric!(views))) })),
  }));
  const rowCount = announced(rows, counts, flaw);
  return json(200, {
    dimensionHeaders: body.dimensions,
    metricHeaders: body.metrics?.map(({ name }) => ({ name, type: 'TYPE_INTEGER' })),
    ...(shown.length === 0 ? {} : { rows: shown }),
    ...(rowCount === 0 ? {} : { rowCount }),
    metadata: {
      currencyCode: 'EUR',
      timeZone: 'Europe/Berlin',
      ...(flaw === 'folded' ? { dataLossFromOtherRow: true } : {}),
      ...(flaw === 'withheld' ? { subjectToThresholding: true } : {}),
      ...(flaw === 'sampled' ? { samplingMetadatas: [{ samplesReadCount: '500', samplingSpaceSize: '1000' }] } : {}),
    },
    ...(body.returnPropertyQuota ? { propertyQuota: propertyQuota(quota.state.remaining * TOKENS) } : {}),
    kind: 'analyticsData#runReport',
  });
}

/** What a report cost, and what is left of a day, an hour, and an hour of one project. */
function propertyQuota(left: number): object {
  const of = (most: number): object => ({ consumed: TOKENS, remaining: Math.min(most, left) });
  return { tokensPerDay: of(TOKENS_A_DAY), tokensPerHour: of(40_000), tokensPerProjectPerHour: of(14_000) };
}

function otherRow(counts: Context['counts'], flaw: Context['flaw'], dimensions: number): Grouped[] {
  if (flaw !== 'folded') return [];
  const views = viewsOf(missing(counts));
  return [{ names: Array.from({ length: dimensions }, () => '(other)'), views }];
}
