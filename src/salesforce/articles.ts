import { bylineError } from '../errors.ts';
import type { ArticleRecord, FieldValue } from '../model/change.ts';
import { formatNumber } from '../model/format-number.ts';
import { NO_NAMES, toNames } from '../model/names.ts';
import { BulkNotAllowed } from './bulk-query.ts';
import { chooseReadStrategy } from './read-strategy.ts';
import { type ArticleQuery, buildQuery, otherFields, queryPages, type RecordFields, tooLongForUrl } from './query.ts';
import type { QueryResultScanner } from './query-csv.ts';
import { type BulkRead, readInBulk } from './read-in-bulk.ts';
import type { OrgSession } from './session.ts';

export type ArticleReading = {
  /** Called with the number of records after the first page. */
  readonly onTotal?: ((total: number) => void) | undefined;
  /** Called with a line that says how the records are read, unless page by page. */
  readonly onNotice: (text: string) => void;
  /** The folder for the result of a bulk query while it is processed. */
  readonly folder?: string | undefined;
};

/**
 * Reads the articles in the order of their Ids. The REST API returns the first page with the total number. The others
 * are read page by page, or by a bulk query if that takes fewer API requests and is allowed. A query too long for a URL
 * is read by a bulk query from the beginning; the total is then unknown.
 */
export async function* readArticles(
  session: OrgSession,
  query: ArticleQuery,
  { onTotal, onNotice, folder }: ArticleReading,
  signal: AbortSignal,
): AsyncGenerator<readonly ArticleRecord[], void, undefined> {
  const bytes = tooLongForUrl(session, query);
  if (bytes !== undefined) {
    onNotice(`The query is too long for a URL (${formatNumber(bytes)} bytes): the records are read by a bulk query.`);
    try {
      return yield* readInBulk(session, { ...toBulkRead(query), folder }, signal);
    } catch (error) {
      if (!(error instanceof BulkNotAllowed)) throw error;
      throw bylineError('queryTooLongForUrl', [formatNumber(bytes), error.message], { cause: error });
    }
  }
  let total = 0;
  const pages = queryPages(session, query, signal, (records) => {
    total = records;
    onTotal?.(records);
  });
  const first = await pages.next();
  if (first.done) return;
  yield first.value;
  let read = first.value.length;
  const { method, pages: requests, bulk } = chooseReadStrategy(total, read);
  if (method === 'pages') return yield* pages;
  onNotice(
    `${formatNumber(total - read)} records are read by a bulk query: some ${bulk} API requests instead of ${requests}.`,
  );
  let after = first.value.at(-1)?.id;
  const rest = (): ArticleQuery => ({
    ...query,
    after,
    limit: query.limit === undefined ? undefined : query.limit - read,
  });
  try {
    for await (const page of readInBulk(session, { ...toBulkRead(rest()), folder }, signal)) {
      read += page.length;
      after = page.at(-1)?.id;
      yield page;
    }
  } catch (error) {
    if (!(error instanceof BulkNotAllowed)) throw error;
    onNotice(`The org lets no bulk query read them (${error.message}): they are read page by page.`);
    yield* queryPages(session, rest(), signal);
  }
}

function toBulkRead(query: ArticleQuery): BulkRead<ArticleRecord> {
  const { sobject, after, limit } = query;
  const soql = (last: string | undefined, most: number): string => buildQuery({ ...query, after: last, limit: most });
  return { sobject, after, limit, soql, ...bulkRecordReader(query) };
}

/** The fields to query besides the Id, and how to read a row of the result. */
export function bulkRecordReader(query: RecordFields): Pick<BulkRead<ArticleRecord>, 'fields' | 'toRecord'> {
  const fields = [...new Set(query.fields)];
  const all = otherFields(query);
  const { labelField, authorField } = query.names ?? NO_NAMES;
  const hasNames = labelField !== null || authorField !== null;
  const textOf = (row: QueryResultScanner, field: string | null): string | null =>
    // The URL field comes first; it may also be the label.
    field === null ? null : row.text(all.indexOf(field) + 1);
  return {
    fields: [query.urlField, ...all],
    toRecord: (row: QueryResultScanner) => {
      const stored: Record<string, FieldValue> = {};
      for (let index = 0; index < fields.length; index += 1) stored[fields[index]!] = row.value(index + 1);
      const record = { id: row.id, url: row.text(0) ?? '', stored };
      return hasNames ? { ...record, ...toNames(textOf(row, labelField), textOf(row, authorField)) } : record;
    },
  };
}
