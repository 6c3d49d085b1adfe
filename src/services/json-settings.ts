import { parseExpression } from './expression.ts';
import { pointerKeys } from './pointer.ts';
import { presets } from './presets.ts';
import { reportShape } from './report-settings.ts';
import { address, serviceSettings, variableName } from './service-settings.ts';
import { type Infer, z } from '../zod.ts';

const pointer = z
  .string()
  .refine((text) => pointerKeys(text) !== undefined, 'must be a JSON Pointer, such as /data/total');
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const expression = z
  .union([z.string(), z.array(z.string()).min(1)])
  .refine(
    (text) => parseExpression(text) !== undefined,
    'must be a JSON Pointer, "sum:/list/*/number", "count:/list", or an array of pointers to add up',
  );

const auth = z.union(
  [
    z.strictObject({ bearerEnv: variableName }),
    z.strictObject({ userEnv: variableName, passwordEnv: variableName }),
    z.strictObject({ header: z.string(), valueEnv: variableName }),
    z.strictObject({ query: z.string(), valueEnv: variableName }),
    z.strictObject({ googleServiceAccountEnv: variableName, scope: z.url() }),
  ],
  'must be { bearerEnv }, { userEnv, passwordEnv }, { header, valueEnv }, { query, valueEnv } or { googleServiceAccountEnv, scope }, with names that begin with BYLINE_',
);

const batch = z.strictObject({
  max: z.int().min(1).max(1000).describe('URLs in one request.'),
  style: z
    .enum(['repeat', 'join', 'jsonArray'])
    .describe('How URLs are sent: "repeat" is u=A&u=B, "join" is u=A,B, "jsonArray" replaces "{urls}" in the body.'),
  parameter: z.string().optional().describe('The query parameter, for "repeat" and "join".'),
  separator: z
    .string()
    .min(1)
    .default(',')
    .describe('The separator for "join". A URL that contains it is requested alone.'),
  maxBytes: z.int().positive().default(6_000).describe('Bytes of the encoded URLs in one request.'),
  reply: z
    .enum(['map', 'array', 'list'])
    .describe(
      'Form of the answer: a "map" keyed by URL, an "array" in the order of the request, or a "list" of items that name their URL.',
    ),
  items: pointer.default('').describe('JSON Pointer to the map, array or list.'),
  key: pointer.default('/url').describe('JSON Pointer to the URL in an item of a list.'),
});

const page = z.strictObject({
  next: pointer.describe(
    'JSON Pointer to the token of the next page, or to an object of query parameters for it; missing on the last page.',
  ),
  parameter: z.string().optional().describe('The query parameter for the token.'),
  max: z.int().min(1).max(100).default(20).describe('The most pages. A URL with more pages has no count.'),
});

const report = z.strictObject({
  items: pointer.optional().describe('JSON Pointer to the list of rows. Default: the answer is the list.'),
  key: z
    .union([pointer, z.strictObject({ host: pointer, path: pointer })])
    .optional()
    .describe('JSON Pointer to the page in a row, or two: to its host and to its path.'),
  keyIs: z
    .enum(['url', 'hostname', 'path'])
    .optional()
    .describe(
      'Form of the page: a "url", a "hostname" and path without a scheme, or a "path". Default: "path" with hosts, otherwise "url".',
    ),
  value: expression.optional().describe('Where the number is in a row, in the forms of value.'),
  limit: z.int().positive().optional().describe('Rows of a full page; the value of {limit}.'),
  next: z
    .union([
      z.enum(['offset', 'page', 'link']),
      z.strictObject({ cursor: pointer.describe('JSON Pointer to the value of {cursor} for the next page.') }),
      z.strictObject({
        seen: pointer.describe('JSON Pointer, in a row, to the value that {cursor} lists for all rows so far.'),
      }),
    ])
    .optional()
    .describe(
      'How the next page is requested: by {offset}, by {page}, by a "link" header, or by {cursor}. Default: one page.',
    ),
  firstPage: z.int().min(0).optional().describe('Number of the first page. Default: 1.'),
  total: pointer.optional().describe('JSON Pointer to the number of rows of the whole report.'),
  more: pointer.optional().describe('JSON Pointer to whether there are more rows: true or false.'),
  otherWhen: z
    .record(pointer, scalar)
    .optional()
    .describe('The row that sums up other pages: pointer to the value that identifies it.'),
});

const act = z.enum(['retry', 'pause', 'url', 'stop']);

/** The settings of a declared service. */
export const jsonSettings = serviceSettings('json', {
  preset: z
    .enum(Object.keys(presets) as [string, ...string[]])
    .optional()
    .describe('Settings that ship with the plugin; keys beside it override them.'),
  endpoint: address.optional().describe('What {endpoint} stands for.'),
  site: z.string().min(1).optional().describe('What {site} stands for.'),
  url: z
    .string()
    // The host can't be a placeholder: an article's own host is never requested.
    .regex(
      /^(https?:\/\/[^{}/?#]+|\{endpoint\})([/?#]|\{path(AndQuery)?\}|$)/i,
      'must begin with an http or https host, or {endpoint}',
    )
    .optional()
    .describe(
      'The URL to request. {url} is the article, percent-encoded; {urlNoScheme} leaves out http:// or https://; {host}, {path} and {pathAndQuery} are parts of it. In a report: {since}, {until}, {sinceMs}, {untilMs}, {host}, {limit}, {offset}, {page}, {cursor}.',
    ),
  query: z
    .record(z.string(), z.string())
    .optional()
    .describe('Query parameters, with the same placeholders; values are encoded.'),
  method: z.enum(['GET', 'POST']).optional().describe('HTTP method. Default: POST with a body or form, otherwise GET.'),
  headers: z.record(z.string(), z.string()).optional().describe('Headers to send. Put secrets in auth instead.'),
  body: z.json().optional().describe('JSON to send, with the same placeholders in its strings.'),
  form: z.record(z.string(), z.string()).optional().describe('Form fields to send, with the same placeholders.'),
  auth: auth
    .optional()
    .describe(
      'A secret, by the name of its variable: a bearer token, user and password, a header, a query parameter, or the key file of a Google service account and its scope.',
    ),
  tokenEndpoint: address.optional().describe("Address for Google access tokens, instead of Google's own."),
  format: z
    .enum(['json', 'jsonp', 'text', 'arguments'])
    .optional()
    .describe(
      'Form of the answer: "text" is only the number, "arguments" a call such as f(0, 12), read as a list. Default: JSON or JSONP.',
    ),
  value: expression
    .optional()
    .describe(
      'Where the number is: a JSON Pointer, "sum:/list/*/number", "count:/list", or an array of pointers to add up.',
    ),
  where: z
    .record(pointer, scalar)
    .optional()
    .describe(
      'Which items "sum:" and "count:" include, or which rows of a report: pointer to the required value; "{url}" is the article.',
    ),
  numericStrings: z.boolean().optional().describe('Accept "12" as a number. Default: false.'),
  zeroWhen: z
    .record(pointer, scalar)
    .optional()
    .describe(
      'The answer that means 0: pointer to the value that identifies it; with several URLs, in the item of each.',
    ),
  error: z
    .array(pointer)
    .optional()
    .describe('Pointers whose value means an error unless it is null, false, 0, or "".'),
  errorCodes: z
    .record(pointer, z.record(z.string(), act))
    .optional()
    .describe(
      'What to do about errors: pointer to a code, and for each code "retry", "pause" the service, fail the "url" alone, or "stop" the service.',
    ),
  expect: z
    .record(pointer, scalar)
    .optional()
    .describe('The value, by pointer, that every valid answer has. Any other answer is an error.'),
  batch: batch.optional().describe('How one request looks up several URLs.'),
  page: page
    .optional()
    .describe('How further pages of an answer are requested; their numbers are added up. Not with batch.'),
  report: report
    .optional()
    .describe('How a report of many pages is read, once per run, instead of looking up each URL.'),
  since: reportShape.since,
  match: reportShape.match
    .unwrap()
    .optional()
    .describe(reportShape.match.description ?? ''),
  hosts: reportShape.hosts,
  limitHeaders: z
    .strictObject({
      remaining: z.string().describe('Header with the number of requests left.'),
      reset: z.string().describe('Header with the time of the reset.'),
      resetAs: z
        .enum(['epoch', 'seconds', 'iso'])
        .describe('Format of that time: seconds since 1970, seconds from now, or a date.'),
    })
    .optional()
    .describe('Headers in which the service reports its limit. At the limit, requests wait for the reset.'),
});

export type JsonSettings = Infer<typeof jsonSettings>;
export type BatchSettings = Infer<typeof batch>;
export type PageSettings = Infer<typeof page>;
export type ReportSettings = Infer<typeof report>;
export type AuthSettings = Infer<typeof auth>;
