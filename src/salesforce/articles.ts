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
  /** Receives the number of records with the first page. */
  readonly onTotal?: ((total: number) => void) | undefined;
  /** Receives a line that says how the records are read, unless page by page. */
  readonly onNotice: (text: string) => void;
  /** Where the result of a bulk query is kept while it is worked through. */
  readonly folder?: string | undefined;
};

/**
 * Reads the articles in the order of their Ids: the first page by REST, which tells how many there are; the others page by
 * page, or by a bulk query where that takes fewer API requests and the org lets us. A query too long for the address of a
 * request travels in the body of a bulk query from the first record on, and their number is not known.
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

/** What is asked for besides the Id, and how a row of the result is read. */
export function bulkRecordReader(query: RecordFields): Pick<BulkRead<ArticleRecord>, 'fields' | 'toRecord'> {
  const fields = [...new Set(query.fields)];
  const all = otherFields(query);
  const { labelField, authorField } = query.names ?? NO_NAMES;
  const hasNames = labelField !== null || authorField !== null;
  const textOf = (row: QueryResultScanner, field: string | null): string | null =>
    // The URL comes first, and may be a name, too.
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
