import { bylineError } from '../errors.ts';
import type { ArticleRecord, FieldValue } from '../model/change.ts';
import { formatNumber } from '../model/format-number.ts';
import { type NameFields, nameFieldsOf, NO_NAMES, toNames } from '../model/names.ts';
import { fieldName, idLiteral, objectName } from './soql-names.ts';
import { toFieldValue } from './field-value.ts';
import { nameRequest, pageShape, readShape, type Row } from './org-reply.ts';
import { SalesforceApiError } from './api-error.ts';
import type { OrgSession } from './session.ts';

export type ArticleQuery = {
  readonly sobject: string;
  readonly urlField: string;
  /** Fields to read besides Id and URL. */
  readonly fields: readonly string[];
  /** Fields with the names of the articles. */
  readonly names?: NameFields;
  /** A SOQL condition specified by the user. */
  readonly where?: string | undefined;
  readonly limit?: number | undefined;
  /** Only records whose Id sorts after this one, to continue an interrupted reading. */
  readonly after?: string | undefined;
};

/** The part of a query that selects fields. */
export type RecordFields = Pick<ArticleQuery, 'urlField' | 'fields' | 'names'>;

/** The largest page of the org (REST API Developer Guide, "Query Options Header"). */
const PAGE_SIZE = 2000;

/** The most characters of a query (SOQL and SOSL Reference, "SOQL and SOSL Limits"). */
const MAX_SOQL = 100_000;
/** The most bytes of a request URL (REST API Developer Guide, "Status Codes and Error Responses": 414). */
const MAX_ADDRESS = 16_384;

/**
 * Builds the SOQL for articles: only the fields needed, only records with a URL, ordered by Id so that an interrupted
 * reading can continue after the last Id. Throws an error if it is too long for SOQL.
 */
export function buildQuery(query: ArticleQuery): string {
  const urlField = fieldName(query.urlField);
  const conditions = [`${urlField} != null`];
  if (query.where !== undefined) conditions.push(`(${query.where})`);
  if (query.after !== undefined) conditions.push(`Id > ${idLiteral(query.after)}`);
  const select = selectOf(query);
  const limit = query.limit === undefined ? '' : ` LIMIT ${query.limit}`;
  const soql = `${select} FROM ${objectName(query.sobject)} WHERE ${conditions.join(' AND ')} ORDER BY Id${limit}`;
  if (soql.length > MAX_SOQL) throw bylineError('queryTooLong', [formatNumber(soql.length), formatNumber(MAX_SOQL)]);
  return soql;
}

/** The fields to select: the Id, the URL, and each other field once. */
export const selectOf = (query: RecordFields): string =>
  `SELECT ${['Id', ...[query.urlField, ...otherFields(query)].map(fieldName)].join(', ')}`;

/** The fields of a record besides Id and URL, each once. */
export const otherFields = ({ urlField, fields, names }: RecordFields): string[] => [
  ...new Set([...fields, ...(names ? nameFieldsOf(names) : []).filter((field) => field !== urlField)]),
];

type ArticlePage = {
  readonly records: readonly ArticleRecord[];
  readonly totalSize: number;
  readonly next: string | undefined;
};

/**
 * Reads the articles page by page, each when it is wanted, until the org names no next page. If counting took so long
 * that the org has closed the cursor, a new query continues after the last record. `onTotal` receives the number of
 * records after the first page. Throws an error naming the condition if the org refuses the query.
 */
export async function* queryPages(
  session: OrgSession,
  query: ArticleQuery,
  signal: AbortSignal,
  onTotal: (total: number) => void = () => undefined,
): AsyncGenerator<readonly ArticleRecord[], void, undefined> {
  let path: string | undefined = pathOf(query);
  let [read, last] = [0, query.after];
  /** Records of the current query that are still to come. */
  let left: number | undefined;
  while (path !== undefined) {
    const first = path.startsWith('query?');
    const page: ArticlePage | null = await getPage(session, path, query, signal).catch((error: unknown) => {
      if (!first && isClosed(error)) return null;
      throw error;
    });
    if (page === null) {
      left = undefined;
      path = pathOf({ ...query, after: last, limit: query.limit === undefined ? undefined : query.limit - read });
      continue;
    }
    if (read === 0) onTotal(page.totalSize);
    left ??= page.totalSize;
    left -= page.records.length;
    requireProgress(page, last, left);
    read += page.records.length;
    last = page.records.at(-1)?.id ?? last;
    path = page.next;
    yield page.records;
  }
}

/**
 * Records out of order would be missed by a query that continues after the last Id, and repeated pages would never end.
 */
function requireProgress({ records, next }: ArticlePage, after: string | undefined, left: number): void {
  let last = after ?? '';
  for (const { id } of records) {
    if (id <= last) throw unreadablePage('its records are out of order');
    last = id;
  }
  if (left < 0) throw unreadablePage('more records than it told');
  if (records.length === 0 && next !== undefined)
    throw unreadablePage('a page without records that is not the last one');
}

const unreadablePage = (what: string): Error =>
  bylineError('orgAnswerUnreadable', [nameRequest({ method: 'GET', path: 'query' }), '200', what]);

/** The length of the query URL in bytes if that exceeds the limit; otherwise `undefined`. */
export function tooLongForUrl({ apiVersion, instanceUrl }: OrgSession, query: ArticleQuery): number | undefined {
  // The length when a query continues after a record.
  const path = pathOf({ ...query, after: query.after ?? '000000000000000AAA' });
  // The URL parser encodes more characters, such as quotation marks.
  const { pathname, search } = new URL(`/services/data/v${apiVersion}/${path}`, instanceUrl);
  const bytes = pathname.length + search.length;
  return bytes > MAX_ADDRESS ? bytes : undefined;
}

const pathOf = (query: ArticleQuery): string => `query?q=${encodeURIComponent(buildQuery(query))}`;

/**
 * Whether the org has closed the cursor, because only a user's newest ones stay open. It has a code for that; 404 and
 * 410, as for any missing resource, are treated in the same way.
 */
const isClosed = (error: unknown): boolean =>
  error instanceof SalesforceApiError && (error.code === CLOSED || error.status === 404 || error.status === 410);

const CLOSED = 'INVALID_QUERY_LOCATOR';

async function getPage(
  session: OrgSession,
  path: string,
  query: ArticleQuery,
  signal: AbortSignal,
): Promise<ArticlePage> {
  const headers = { 'sforce-query-options': `batchSize=${PAGE_SIZE}` };
  try {
    const request = { api: 'rest', method: 'GET', path, headers, signal } as const;
    const { records, totalSize, nextRecordsUrl } = readShape(await session.send(request), request, pageShape);
    // Only what is needed is kept: the org's rows would stay in memory as long as their page is processed.
    return { records: records.map(recordReader(query)), totalSize, next: nextRecordsUrl ?? undefined };
  } catch (error) {
    throw error instanceof SalesforceApiError && error.status === 400 ? queryRefusal(error, query) : error;
  }
}

/** The error for a query the org refuses, with the condition if there is one. */
function queryRefusal(refusal: SalesforceApiError, { where }: ArticleQuery): Error {
  if (refusal.code === CLOSED || refusal.code === 'QUERY_TIMEOUT') return refusal;
  const words = [refusal.code, oneLine(refusal.message)];
  return where === undefined
    ? bylineError('queryNotAccepted', words, { cause: refusal })
    : bylineError('queryRefused', [...words, where], { cause: refusal });
}

/** The org repeats the query and points an arrow at the error before it says what is wrong. */
const oneLine = (text: string): string =>
  text
    .replace(/^[\s\S]*ERROR at Row:\d+:Column:\d+/, '')
    .replace(/\s+/g, ' ')
    .trim();

/** Returns a function that reads a row. The org returns field names as they were requested. */
export function recordReader(query: RecordFields): (row: Row) => ArticleRecord {
  const { labelField, authorField } = query.names ?? NO_NAMES;
  return (row) => {
    const stored: Record<string, FieldValue> = {};
    for (const field of query.fields) {
      stored[field] = toFieldValue(row[field]);
    }
    const names = toNames(labelField && row[labelField], authorField && row[authorField]);
    return { id: row.Id, url: textOf(row[query.urlField]), ...names, stored };
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
