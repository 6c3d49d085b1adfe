import { bylineError } from '../errors.ts';
import { readCount } from './number.ts';
import { own, readJson, textOf } from './reply.ts';
import { hostsOf, REPORT_LIMITS, REPORT_URLS, reportSettings } from './report-settings.ts';
import { joinPath, withQuery } from './request.ts';
import {
  type ReportRow,
  type ServiceDefinition,
  type ServiceReply,
  type ServiceRequest,
  ServiceError,
} from './service.ts';
import { address, variableName } from './service-settings.ts';
import { type Infer, z } from '../zod.ts';

const COLUMNS = {
  views: 'page_views_count',
  reactions: 'public_reactions_count',
  comments: 'comments_count',
} as const;
type Measure = keyof typeof COLUMNS;

const options = reportSettings('devto', ['views', 'reactions', 'comments'], {
  endpoint: address.default('https://dev.to').describe('Address of DEV, or of another Forem site.'),
  keyEnv: variableName.optional().describe('Variable that holds the API key of an author.'),
  keysEnv: z
    .array(variableName)
    .min(1)
    .optional()
    .describe('Variables that hold the API keys of several authors; their articles are one report.'),
}).omit({ since: true });

/** The most articles of one request (Forem API v1, `per_page`). */
const PAGE_ROWS = 1000;
const INCOMPLETE = 'it has the published articles of the keys alone';

/** DEV and other Forem sites, API v1: the articles of the authors whose keys are given. */
export const devto: ServiceDefinition<Infer<typeof options>> = {
  name: 'devto',
  summary: 'DEV and other Forem sites: views, reactions or comments of an article',
  needs: 'keyEnv: the API key of an author, or keysEnv: those of several',
  options,
  create: (name, settings, secrets) => {
    const { endpoint, keyEnv, keysEnv, measure, match } = settings;
    const variables = [...new Set([...(keyEnv === undefined ? [] : [keyEnv]), ...(keysEnv ?? [])])];
    if (variables.length === 0) throw bylineError('serviceNeeds', [name, 'keyEnv']);
    const keys = variables.map((variable) => secrets.read(variable));
    const url = joinPath(endpoint, 'api/articles/me/published');
    const toRequest = (key: string, page: number): ServiceRequest => ({
      url: withQuery(url, { per_page: String(PAGE_ROWS), page: String(page) }),
      headers: { accept: 'application/vnd.forem.api-v1+json', 'api-key': key },
    });
    return {
      name,
      maxUrls: REPORT_URLS,
      // Forem allows 3 requests per second from an address.
      limits: { ...REPORT_LIMITS, rate: { requests: 3, seconds: 1 } },
      report: {
        key: ['devto', url, ...variables, match].join(' '),
        measure,
        addresses: 'url',
        match,
        hosts: hostsOf(settings.hosts),
        open: (measures) => ({
          first: keys.map((key) => toRequest(key, 1)),
          readPage: async (request, ask) => {
            const rows = await ask(request, (reply) => readDevto(reply, measures));
            const page = Number(new URL(request.url).searchParams.get('page'));
            const next = rows.length < PAGE_ROWS ? [] : [toRequest(request.headers!['api-key']!, page + 1)];
            return { rows, next, incomplete: INCOMPLETE };
          },
        }),
      },
    };
  },
};

/**
 * Reads the articles of a reply. Each is found by its own address, and by that of the page where it was first
 * published.
 */
export function readDevto(reply: ServiceReply, measures: readonly string[]): readonly ReportRow[] {
  const articles = readJson(reply);
  if (!Array.isArray(articles)) throw new ServiceError('url', 'no articles in the answer');
  return articles.map((article: unknown) => {
    const url = textOf(own(article, 'url'));
    if (url === '') throw new ServiceError('url', `not an article: ${JSON.stringify(article)}`);
    const canonical = textOf(own(article, 'canonical_url'));
    const values = measures.map((measure) => readCount(own(article, COLUMNS[measure as Measure])));
    return { pages: canonical === '' ? [url] : [url, canonical], id: url, values };
  });
}
