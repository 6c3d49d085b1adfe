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
    .describe(
      'How they travel: "repeat" is u=A&u=B, "join" is u=A,B, "jsonArray" puts them in the place of "{urls}" in the body.',
    ),
  parameter: z.string().optional().describe('The query parameter, for "repeat" and "join".'),
  separator: z
    .string()
    .min(1)
    .default(',')
    .describe('What stands between them, for "join". A URL that holds it is asked alone.'),
  maxBytes: z.int().positive().default(6_000).describe('Bytes of the encoded URLs in one request.'),
  reply: z
    .enum(['map', 'array', 'list'])
    .describe(
      'The answer: a "map" keyed by URL, an "array" in the order asked, or a "list" of items that name their URL.',
    ),
  items: pointer.default('').describe('JSON Pointer to the map, array or list.'),
  key: pointer.default('/url').describe('JSON Pointer to the URL in an item of a list.'),
});

const page = z.strictObject({
  next: pointer.describe(
    'JSON Pointer to what asks for the next page: a token, or an object of query parameters. None there: the last page.',
  ),
  parameter: z.string().optional().describe('The query parameter of a token.'),
  max: z.int().min(1).max(100).default(20).describe('Pages; a URL that has more has no count.'),
});

const report = z.strictObject({
  items: pointer.optional().describe('JSON Pointer to the list of rows. Default: the answer is the list.'),
  key: z
    .union([pointer, z.strictObject({ host: pointer, path: pointer })])
    .optional()
    .describe('Where in a row the page stands: a JSON Pointer, or one to its host and one to its path.'),
  keyIs: z
    .enum(['url', 'hostname', 'path'])
    .optional()
    .describe(
      'What stands there: a "url", a "hostname" and path without a scheme, or a "path". Default: "path" with hosts, otherwise "url".',
    ),
  value: expression.optional().describe('Where in a row the number stands, in the forms of value.'),
  limit: z.int().positive().optional().describe('Rows of a full page; what {limit} stands for.'),
  next: z
    .union([
      z.enum(['offset', 'page', 'link']),
      z.strictObject({ cursor: pointer.describe('JSON Pointer to what {cursor} stands for on the next page.') }),
      z.strictObject({ seen: pointer.describe('JSON Pointer, in a row, to what {cursor} lists of all rows so far.') }),
    ])
    .optional()
    .describe(
      'How the next page is asked for: by {offset}, by {page}, by a "link" header, or by {cursor}. Default: there is one page.',
    ),
  firstPage: z.int().min(0).optional().describe('Number of the first page. Default: 1.'),
  total: pointer.optional().describe('JSON Pointer to the number of rows of the whole report.'),
  more: pointer.optional().describe('JSON Pointer to whether there are more rows: true or false.'),
  otherWhen: z
    .record(pointer, scalar)
    .optional()
    .describe('The row that stands for pages that were folded: pointer to the value it has then.'),
});

const act = z.enum(['retry', 'pause', 'url', 'stop']);

/** The settings of a declared service. */
export const jsonSettings = serviceSettings('json', {
  preset: z
    .enum(Object.keys(presets) as [string, ...string[]])
    .optional()
    .describe('Settings that ship with the plugin; what stands beside it comes on top.'),
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
      'Address to ask. {url} stands for the article, percent-encoded; {urlNoScheme} leaves out http:// or https://; {host}, {path} and {pathAndQuery} are parts of it. In a report: {since}, {until}, {sinceMs}, {untilMs}, {host}, {limit}, {offset}, {page}, {cursor}.',
    ),
  query: z
    .record(z.string(), z.string())
    .optional()
    .describe('Query parameters; the same placeholders, encoded afterwards.'),
  method: z
    .enum(['GET', 'POST'])
    .optional()
    .describe('How it is asked. Default: POST where there is a body or form, otherwise GET.'),
  headers: z.record(z.string(), z.string()).optional().describe('Headers to send. No secrets: those belong in auth.'),
  body: z.json().optional().describe('JSON to send; the same placeholders in its strings.'),
  form: z.record(z.string(), z.string()).optional().describe('Form fields to send; the same placeholders.'),
  auth: auth
    .optional()
    .describe(
      'A secret, by the name of its variable: a bearer token, user and password, a header, a query parameter, or the key file of a Google service account and the scope to ask for.',
    ),
  tokenEndpoint: address.optional().describe("Address that gives Google's access token, in place of Google's own."),
  format: z
    .enum(['json', 'jsonp', 'text', 'arguments'])
    .optional()
    .describe(
      'Form of the answer: "text" is nothing but the number, "arguments" a call such as f(0, 12), read as a list. Default: JSON or JSONP.',
    ),
  value: expression
    .optional()
    .describe(
      'Where the number stands: a JSON Pointer, "sum:/list/*/number", "count:/list", or an array of pointers to add up.',
    ),
  where: z
    .record(pointer, scalar)
    .optional()
    .describe(
      'Which items "sum:" and "count:" take, or which rows of a report: pointer to the value it must have; "{url}" is the article.',
    ),
  numericStrings: z.boolean().optional().describe('Take "12" for a number. Default: false.'),
  zeroWhen: z
    .record(pointer, scalar)
    .optional()
    .describe('The answer that means 0: pointer to the value it has then; of several URLs, in the item of each.'),
  error: z.array(pointer).optional().describe('Pointers at which anything but null, false, 0 and "" means an error.'),
  errorCodes: z
    .record(pointer, z.record(z.string(), act))
    .optional()
    .describe(
      'What to do about errors: pointer to a code, and for each code "retry", "pause" the service, fail the "url" alone, or "stop" the service.',
    ),
  expect: z
    .record(pointer, scalar)
    .optional()
    .describe('What every good answer has: pointer to value. Anything else is an error.'),
  batch: batch.optional().describe('How several URLs are asked by one request.'),
  page: page.optional().describe('How an answer goes on in another one; their numbers are added up. Not with batch.'),
  report: report
    .optional()
    .describe('How a report of many pages is read, once a run, in place of asking for each URL.'),
  since: reportShape.since,
  match: reportShape.match
    .unwrap()
    .optional()
    .describe(reportShape.match.description ?? ''),
  hosts: reportShape.hosts,
  limitHeaders: z
    .strictObject({
      remaining: z.string().describe('Header with the number of requests left.'),
      reset: z.string().describe('Header with the moment from which there are more.'),
      resetAs: z
        .enum(['epoch', 'seconds', 'iso'])
        .describe('That moment: seconds since 1970, seconds from now, or a date.'),
    })
    .optional()
    .describe('Headers by which the service tells its limit; it is asked nothing more until that is over.'),
});

export type JsonSettings = Infer<typeof jsonSettings>;
export type BatchSettings = Infer<typeof batch>;
export type PageSettings = Infer<typeof page>;
export type ReportSettings = Infer<typeof report>;
export type AuthSettings = Infer<typeof auth>;
