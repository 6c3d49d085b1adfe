import { bylineError } from '../errors.ts';
import { failed, ok, type Reading } from '../model/reading.ts';
import { readCount } from './number.ts';
import { bisectOnError, cutUrlChunks, orFailed, type Readings, orErrorReadings } from './url-chunks.ts';
import { asObject, describeFailure, own, readJson, textOf } from './reply.ts';
import {
  notCumulativeReason,
  hostsOf,
  reportPeriodOf,
  REPORT_LIMITS,
  REPORT_URLS,
  reportSettings,
} from './report-settings.ts';
import { joinPath, postForm, withQuery } from './request.ts';
import {
  type Ask,
  type ReportRow,
  type ServiceDefinition,
  type ServiceReply,
  type ServiceRequest,
  ServiceError,
} from './service.ts';
import { address, variableName } from './service-settings.ts';
import { type Infer, z } from '../zod.ts';

const COLUMNS = { views: 'nb_hits', visits: 'nb_visits' } as const;
type Measure = keyof typeof COLUMNS;

const options = reportSettings('matomo', ['views', 'visits'], {
  endpoint: address.optional().describe('Address of the Matomo.'),
  site: z
    .union([z.int().positive(), z.string().regex(/^\d+$/, 'must be the number of a site')])
    .optional()
    .describe('The number of the site.'),
  tokenEnv: variableName
    .optional()
    .describe('Variable that holds an access token of a user with the permission "view".'),
});

/** The earliest date: Matomo, formerly Piwik, began later. */
const EARLIEST = '2010-01-01';
const PAGE_ROWS = 10_000;
/** Single pages per request. Since 5.8, an instance may allow fewer (`API_bulk_request_limit`: HTTP 400). */
const SINGLES = 20;
/** The label of a row without a URL that isn't folded: requests without an address. */
const NO_PAGE = 'Page URL not defined';
const FOLDED = 'rows are folded into "Others"';

/**
 * Matomo's Reporting API, `Actions.getPageUrls`. If it has folded rows, missing pages are requested one by one, several
 * per HTTP request.
 */
export const matomo: ServiceDefinition<Infer<typeof options>> = {
  name: 'matomo',
  summary: 'Matomo: views or visits of a page',
  needs: 'endpoint, site, and tokenEnv: an access token',
  options,
  create: (name, settings, secrets) => {
    const { endpoint, site, tokenEnv, measure, match, since = EARLIEST } = settings;
    if (endpoint === undefined) throw bylineError('serviceNeeds', [name, 'endpoint']);
    if (site === undefined) throw bylineError('serviceNeeds', [name, 'site']);
    if (tokenEnv === undefined) throw bylineError('serviceNeeds', [name, 'tokenEnv']);
    const token = secrets.read(tokenEnv);
    const url = joinPath(endpoint, 'index.php');
    // In the body, because addresses end up in logs.
    const toRequest = (fields: Readonly<Record<string, string>>): ServiceRequest =>
      postForm(url, { module: 'API', format: 'JSON', ...fields, token_auth: token });
    // The label of a row without a page is translated.
    const what = (now: number): Record<string, string> => {
      const { start } = reportPeriodOf(since, now);
      return { idSite: String(site), period: 'range', date: `${start},today`, language: 'en' };
    };
    return {
      name,
      maxUrls: REPORT_URLS,
      limits: REPORT_LIMITS,
      notCumulative: notCumulativeReason(settings),
      report: {
        key: ['matomo', url, site, tokenEnv, since, match].join(' '),
        measure,
        addresses: 'url',
        match,
        hosts: hostsOf(settings.hosts),
        open: (measures, now) => {
          const toPage = (offset: number): ServiceRequest =>
            toRequest({
              ...{ method: 'Actions.getPageUrls', ...what(now), flat: '1' },
              ...{ filter_limit: String(PAGE_ROWS), filter_offset: String(offset) },
              ...{ filter_sort_column: 'label', filter_sort_order: 'asc' },
            });
          return {
            first: [toPage(0)],
            readPage: async (request, ask) => {
              const { rows, isFolded } = await ask(request, (reply) => readMatomo(reply, measures));
              const offset = Number(new URLSearchParams(request.body).get('filter_offset'));
              const next = rows.length < PAGE_ROWS ? [] : [toPage(offset + PAGE_ROWS)];
              return { rows, next, incomplete: isFolded ? FOLDED : undefined };
            },
          };
        },
        lookUpAbsent: (urls, ask, now) => askSingles(urls, ask, { what: what(now), toRequest, measure }),
      },
    };
  },
};

/** Reads the rows of a reply, and whether some are folded. */
export function readMatomo(
  reply: ServiceReply,
  measures: readonly string[],
): { readonly rows: readonly ReportRow[]; readonly isFolded: boolean } {
  const list = rowsOf(readJson(reply));
  let isFolded = false;
  const rows = list.map((row) => {
    const page = textOf(own(row, 'url'));
    if (page === '' && textOf(own(row, 'label')) !== NO_PAGE) isFolded = true;
    const values = measures.map((measure) => readCount(own(row, COLUMNS[measure as Measure]), { strings: true }));
    return page === '' ? { pages: [], values } : { pages: [page], id: page, values };
  });
  return { rows, isFolded };
}

type SingleRequests = {
  readonly what: Readonly<Record<string, string>>;
  readonly toRequest: (fields: Readonly<Record<string, string>>) => ServiceRequest;
  readonly measure: Measure;
};

/** Returns one reading per URL; none for a missing page, which may have been folded too (matomo 22307). */
async function askSingles(
  urls: readonly string[],
  ask: Ask,
  { what, toRequest, measure }: SingleRequests,
): Promise<readonly (Reading | undefined)[]> {
  const single = (pageUrl: string): string =>
    withQuery('', { method: 'Actions.getPageUrl', ...what, format: 'JSON', pageUrl }).slice(1);
  const askSome = (some: readonly string[]): Promise<Readings> => {
    const fields = Object.fromEntries(some.map((url, index) => [`urls[${index}]`, single(url)]));
    const request = toRequest({ method: 'API.getBulkRequest', ...fields });
    return ask(request, (reply) => readMatomoSingles(reply, some, measure));
  };
  const chunks = cutUrlChunks(urls, SINGLES, Infinity, 0).map((chunk) =>
    orErrorReadings(chunk, (some) => bisectOnError(some, askSome)),
  );
  const found = (await Promise.all(chunks)).flatMap((readings) => [...readings]);
  const byUrl = new Map(found);
  return urls.map((url) => byUrl.get(url));
}

/** Reads the answers of a bulk request, in the order of its requests: the rows of a page, or an error. */
export function readMatomoSingles(reply: ServiceReply, urls: readonly string[], measure: Measure): Readings {
  if (reply.status === 400 && urls.length > 1) throw new ServiceError('split', describeFailure(reply));
  const answers = rowsOf(readJson(reply));
  if (answers.length !== urls.length)
    throw new ServiceError('url', `${answers.length} answers to ${urls.length} questions`);
  const readings = new Map<string, Reading>();
  for (const [index, answer] of answers.entries()) {
    const error = errorOf(answer);
    const rows = Array.isArray(answer) ? answer : [];
    const read = (row: unknown): number => readCount(own(row, COLUMNS[measure]), { strings: true });
    const sum = (): Reading => ok(readCount(rows.reduce<number>((total, row) => total + read(row), 0)));
    if (error !== undefined) readings.set(urls[index]!, failed(error));
    else if (rows.length > 0) readings.set(urls[index]!, orFailed(sum));
  }
  return readings;
}

/** The list in a reply; an error comes with HTTP 200. */
function rowsOf(value: unknown): readonly unknown[] {
  const error = errorOf(value);
  if (error !== undefined) throw new ServiceError('stop', error);
  if (!Array.isArray(value)) throw new ServiceError('url', 'no rows in the answer');
  return value;
}

function errorOf(value: unknown): string | undefined {
  if (!asObject(value) || own(value, 'result') !== 'error') return undefined;
  return textOf(own(value, 'message')) || 'an error without a message';
}
