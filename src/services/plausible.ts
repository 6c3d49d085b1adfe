import { bylineError } from '../errors.ts';
import { readCount } from './number.ts';
import { own, readJson, textOf } from './reply.ts';
import {
  notCumulativeReason,
  hostsOf,
  offsetsAfterFirst,
  reportPeriodOf,
  REPORT_LIMITS,
  REPORT_URLS,
  reportSettings,
} from './report-settings.ts';
import { joinPath, postJson } from './request.ts';
import {
  type ReportPage,
  type ReportRow,
  type ServiceDefinition,
  type ServiceReply,
  type ServiceRequest,
  ServiceError,
} from './service.ts';
import { address, variableName } from './service-settings.ts';
import { type Infer, z } from '../zod.ts';

const METRICS = { views: 'pageviews', visitors: 'visitors', visits: 'visits' } as const;

const options = reportSettings('plausible', ['views', 'visitors', 'visits'], {
  endpoint: address.default('https://plausible.io').describe('Address of the service.'),
  site: z.string().min(1).optional().describe('The site, as it is named in Plausible.'),
  keyEnv: variableName.optional().describe('Variable that holds a key of the Stats API.'),
  match: z
    .enum(['path', 'exact'])
    .default('path')
    .describe(
      'How a URL and a row meet: by host and "path" with or without a last slash, or "exact"; rows have no query.',
    ),
});

const DIMENSIONS = ['event:hostname', 'event:page'];
/** The most rows of one request (Stats API, "pagination"). */
const PAGE_ROWS = 10_000;

/** Plausible Analytics, Stats API v2, in the cloud or self-hosted. */
export const plausible: ServiceDefinition<Infer<typeof options>> = {
  name: 'plausible',
  summary: 'Plausible: views, visitors or visits of a page',
  needs: 'site, and keyEnv: a key of the Stats API',
  options,
  create: (name, settings, secrets) => {
    const { endpoint, site, keyEnv, measure, match, since } = settings;
    if (site === undefined) throw bylineError('serviceNeeds', [name, 'site']);
    if (keyEnv === undefined) throw bylineError('serviceNeeds', [name, 'keyEnv']);
    const key = secrets.read(keyEnv);
    const url = joinPath(endpoint, 'api/v2/query');
    return {
      name,
      maxUrls: REPORT_URLS,
      requestQuota: 'one of 600 an hour',
      limits: { ...REPORT_LIMITS, rate: { requests: 600, seconds: 3600 } },
      notCumulative: notCumulativeReason(settings),
      report: {
        key: ['plausible', url, site, keyEnv, since, match].join(' '),
        measure,
        addresses: 'hostname',
        match,
        hosts: hostsOf(settings.hosts),
        open: (measures, now) => {
          const { start, end } = reportPeriodOf(since ?? '', now);
          const toRequest = (offset: number): ServiceRequest =>
            postJson(
              url,
              {
                site_id: site,
                metrics: measures.map((one) => METRICS[one as keyof typeof METRICS]),
                date_range: since === undefined ? 'all' : [start, end],
                dimensions: DIMENSIONS,
                // Without an order, rows may be repeated or missing (plausible/analytics 2255).
                order_by: DIMENSIONS.map((dimension) => [dimension, 'asc']),
                // Imported history is part of the total.
                include: { total_rows: true, imports: true },
                pagination: { limit: PAGE_ROWS, offset },
              },
              { authorization: `Bearer ${key}` },
            );
          const first = toRequest(0);
          return {
            first: [first],
            readPage: async (request, ask) => {
              const page = await ask(request, (reply) => readPlausible(reply, measures.length));
              if (request !== first) return page;
              return { ...page, next: offsetsAfterFirst(page.total ?? 0, PAGE_ROWS).map(toRequest) };
            },
          };
        },
      },
    };
  },
};

export function readPlausible(reply: ServiceReply, metrics: number): ReportPage {
  const value = readJson(reply);
  const results = own(value, 'results');
  const meta = own(value, 'meta');
  if (!Array.isArray(results)) throw new ServiceError('url', 'no results in the answer');
  const skipped = textOf(own(meta, 'imports_skip_reason'));
  return {
    rows: results.map((row) => readRow(row, metrics)),
    next: [],
    total: readCount(own(meta, 'total_rows')),
    // Other reasons mean that the period has no imported history.
    incomplete: skipped === 'unsupported_query' ? 'it leaves imported history out' : undefined,
  };
}

function readRow(row: unknown, metrics: number): ReportRow {
  const dimensions = own(row, 'dimensions');
  const values = own(row, 'metrics');
  if (!Array.isArray(dimensions) || dimensions.length !== 2 || !Array.isArray(values) || values.length !== metrics) {
    throw new ServiceError('url', `not a row: ${JSON.stringify(row)}`);
  }
  const page = dimensions.map(textOf).join('');
  return { pages: [page], id: page, values: values.map((number) => readCount(number)) };
}
