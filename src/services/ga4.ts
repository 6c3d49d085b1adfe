import { bylineError } from '../errors.ts';
import { googleLogin } from './google.ts';
import { readCount } from './number.ts';
import { asObject, own, parseJson, textOf } from './reply.ts';
import {
  notCumulativeReason,
  hostsOf,
  offsetsAfterFirst,
  REPORT_LIMITS,
  REPORT_URLS,
  reportSettings,
} from './report-settings.ts';
import { joinPath, postJson } from './request.ts';
import {
  type ReportPage,
  type ReportQuota,
  type ReportRow,
  type ServiceDefinition,
  type ServiceReply,
  type ServiceRequest,
  ServiceError,
} from './service.ts';
import { address, variableName } from './service-settings.ts';
import { type Infer, z } from '../zod.ts';

const METRICS = { views: 'screenPageViews', users: 'activeUsers', sessions: 'sessions' } as const;
type Measure = keyof typeof METRICS;

const options = reportSettings('ga4', ['views', 'users', 'sessions'], {
  endpoint: address.default('https://analyticsdata.googleapis.com').describe('Address of the service.'),
  property: z.string().regex(/^\d+$/, 'must be the digits of a property id').optional().describe('Id of the property.'),
  keyEnv: variableName
    .optional()
    .describe('Variable that holds the key file of a service account, or its path where it begins with / or @.'),
  tokenEndpoint: address.optional().describe("Address that gives the access token, in place of Google's."),
});

/** The earliest date of a report (Data API, `DateRange`). */
const EARLIEST = '2015-08-14';
const SCOPE = 'https://www.googleapis.com/auth/analytics.readonly';
/** Rows of a page. The API returns up to 250,000, which take some 100 MB to read. */
const PAGE_ROWS = 25_000;
const OTHER = '(other)';

/** Google Analytics 4, `runReport` of the Data API v1beta, as a service account. */
export const ga4: ServiceDefinition<Infer<typeof options>> = {
  name: 'ga4',
  summary: 'Google Analytics 4: views, users or sessions of a page',
  needs: 'property, and keyEnv: the key of a service account with the role Viewer',
  options,
  create: (name, settings, secrets) => {
    const { endpoint, property, measure, match, since = EARLIEST, keyEnv = '' } = settings;
    if (property === undefined) throw bylineError('serviceNeeds', [name, 'property']);
    const google = googleLogin(name, settings, SCOPE, secrets);
    const url = joinPath(endpoint, `v1beta/properties/${property}:runReport`);
    const path = match === 'path' ? 'pagePath' : 'pagePathPlusQueryString';
    return {
      name,
      maxUrls: REPORT_URLS,
      // After ten server errors within an hour, the project is blocked (Data API, "Quotas").
      limits: { ...REPORT_LIMITS, retries: 3 },
      notCumulative: notCumulativeReason(settings),
      report: {
        key: ['ga4', url, keyEnv, since, match].join(' '),
        measure,
        addresses: 'hostname',
        match,
        hosts: hostsOf(settings.hosts),
        open: (measures) => {
          const toRequest = (offset: number): ServiceRequest =>
            postJson(url, {
              dateRanges: [{ startDate: since, endDate: 'today' }],
              dimensions: [{ name: 'hostName' }, { name: path }],
              metrics: measures.map((one) => ({ name: METRICS[one as Measure] })),
              // Rows keep their positions from page to page, even if their numbers change.
              orderBys: [{ dimension: { dimensionName: 'hostName' } }, { dimension: { dimensionName: path } }],
              ...{ limit: PAGE_ROWS, offset, keepEmptyRows: false, returnPropertyQuota: true },
            });
          const first = toRequest(0);
          return {
            first: [first],
            readPage: async (request, ask) => {
              const page = await google.loggedIn(ask)(request, (reply) => readGa4(reply, measures.length));
              // The first page has the number of rows, so that the others are requested concurrently.
              if (request !== first) return page;
              return { ...page, next: offsetsAfterFirst(page.total ?? 0, PAGE_ROWS).map(toRequest) };
            },
          };
        },
      },
    };
  },
};

export function readGa4(reply: ServiceReply, metrics: number): ReportPage {
  const value = parseJson(reply);
  if (!asObject(value)) throw new ServiceError('url', 'no report in the answer');
  const metadata = own(value, 'metadata');
  const rows = own(value, 'rows') ?? [];
  if (!Array.isArray(rows)) throw new ServiceError('url', 'no rows in the answer');
  return {
    rows: rows.map((row) => readRow(row, metrics)),
    next: [],
    // Omitted if 0, as all empty values are.
    total: readCount(own(value, 'rowCount') ?? 0, { strings: true }),
    incomplete: incompleteOf(metadata, rows),
    quotas: readQuotas(own(value, 'propertyQuota')),
  };
}

function readRow(row: unknown, metrics: number): ReportRow {
  const [host, path] = textsOf(row, 'dimensionValues');
  const values = textsOf(row, 'metricValues').map((text) => readCount(text, { strings: true }));
  if (host === undefined || path === undefined || values.length !== metrics) {
    throw new ServiceError('url', `not a row: ${JSON.stringify(row)}`);
  }
  const page = `${host}${path}`;
  return { pages: path === OTHER ? [] : [page], id: page, values };
}

/** Reads the texts of `[{"value": "…"}]`. */
function textsOf(row: unknown, key: string): string[] {
  const list = own(row, key);
  return Array.isArray(list) ? list.map((item) => textOf(own(item, 'value'))) : [];
}

function incompleteOf(metadata: unknown, rows: readonly unknown[]): string | undefined {
  const isFolded = rows.some((row) => textsOf(row, 'dimensionValues').includes(OTHER));
  if (own(metadata, 'dataLossFromOtherRow') === true || isFolded) return 'rows are folded into "(other)"';
  if (own(metadata, 'subjectToThresholding') === true) return 'rows are withheld by thresholding';
  const samples = own(metadata, 'samplingMetadatas');
  return Array.isArray(samples) && samples.length > 0 ? 'it is sampled' : undefined;
}

/** The token quotas of a property, and their names in messages (Data API, `PropertyQuota`). */
const TOKENS = {
  tokensPerDay: 'tokens a day',
  tokensPerHour: 'tokens an hour',
  tokensPerProjectPerHour: 'tokens an hour of this project',
} as const;

/** `{"tokensPerDay":{"consumed":1,"remaining":199999},…}`: the cost of the reply, and what is left. */
function readQuotas(quotas: unknown): ReportQuota[] {
  return Object.entries(TOKENS).flatMap(([key, unit]) => {
    const [cost, left] = ['consumed', 'remaining'].map((name) => own(own(quotas, key), name));
    return typeof cost === 'number' && typeof left === 'number' ? [{ unit, cost, left }] : [];
  });
}
