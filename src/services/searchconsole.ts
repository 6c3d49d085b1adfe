import { bylineError } from '../errors.ts';
import { googleLogin } from './google.ts';
import { readCount } from './number.ts';
import { own, parseJson, textOf } from './reply.ts';
import { hostsOf, reportPeriodOf, REPORT_LIMITS, REPORT_URLS, reportSettings } from './report-settings.ts';
import { joinPath, postJson } from './request.ts';
import {
  type ReportRow,
  type ServiceDefinition,
  type ServiceReply,
  type ServiceRequest,
  ServiceError,
} from './service.ts';
import { address, variableName } from './service-settings.ts';
import { type Infer, z } from '../zod.ts';

const options = reportSettings('searchconsole', ['clicks', 'impressions'], {
  endpoint: address.default('https://www.googleapis.com').describe('Address of the service.'),
  site: z
    .string()
    .regex(/^(sc-domain:[^/\s]+|https?:\/\/\S+\/)$/, 'must be sc-domain:example.com, or a URL that ends in a slash')
    .optional()
    .describe('The property: "sc-domain:example.com", or "https://www.example.com/".'),
  keyEnv: variableName
    .optional()
    .describe('Variable that holds the key file of a service account, or its path where it begins with / or @.'),
  tokenEndpoint: address.optional().describe("Address that gives the access token, in place of Google's."),
});

const SCOPE = 'https://www.googleapis.com/auth/webmasters.readonly';
const SINCE = '28daysAgo';
/** Search Console counts days in Pacific Time (API reference, `startDate`). */
const TIME_ZONE = 'America/Los_Angeles';
/** The most rows of one request. */
const PAGE_ROWS = 25_000;
const INCOMPLETE = 'Search Console gives only its top rows';

/** Google Search Console, `searchAnalytics.query`, as a service account. */
export const searchconsole: ServiceDefinition<Infer<typeof options>> = {
  name: 'searchconsole',
  summary: 'Google Search Console: clicks or impressions of a page in a period',
  needs: 'site, "kind": "window", and keyEnv: the key of a service account that is a user of the property',
  options,
  create: (name, settings, secrets) => {
    const { endpoint, site, measure, match, since = SINCE, keyEnv = '', kind } = settings;
    if (site === undefined) throw bylineError('serviceNeeds', [name, 'site']);
    const google = googleLogin(name, settings, SCOPE, secrets);
    const url = joinPath(endpoint, `webmasters/v3/sites/${encodeURIComponent(site)}/searchAnalytics/query`);
    return {
      name,
      maxUrls: REPORT_URLS,
      limits: REPORT_LIMITS,
      requestQuota: 'one of 1,200 a minute and site',
      // It keeps 16 months.
      notCumulative: kind === 'window' ? undefined : 'a period of at most 16 months',
      report: {
        key: ['searchconsole', url, keyEnv, since, match].join(' '),
        measure,
        addresses: 'url',
        match,
        hosts: hostsOf(settings.hosts),
        open: (measures, now) => {
          const { start, end } = reportPeriodOf(since, now, TIME_ZONE);
          const toRequest = (startRow: number): ServiceRequest =>
            postJson(url, {
              ...{ startDate: start, endDate: end, dimensions: ['page'], type: 'web' },
              ...{ rowLimit: PAGE_ROWS, startRow, dataState: 'final' },
            });
          return {
            first: [toRequest(0)],
            readPage: async (request, ask) => {
              const rows = await google.loggedIn(ask)(request, (reply) => readSearchConsole(reply, measures));
              const { startRow } = JSON.parse(request.body ?? '') as { startRow: number };
              const next = rows.length < PAGE_ROWS ? [] : [toRequest(startRow + PAGE_ROWS)];
              return { rows, next, incomplete: INCOMPLETE };
            },
          };
        },
      },
    };
  },
};

/** Reads the rows of a reply, which has no `rows` after the last. */
export function readSearchConsole(reply: ServiceReply, measures: readonly string[]): readonly ReportRow[] {
  const rows = own(parseJson(reply), 'rows') ?? [];
  if (!Array.isArray(rows)) throw new ServiceError('url', 'no rows in the answer');
  return rows.map((row: unknown) => {
    const keys = own(row, 'keys');
    const page = Array.isArray(keys) ? textOf(keys[0]) : '';
    if (page === '') throw new ServiceError('url', `not a row: ${JSON.stringify(row)}`);
    return { pages: [page], id: page, values: measures.map((measure) => readCount(own(row, measure))) };
  });
}
