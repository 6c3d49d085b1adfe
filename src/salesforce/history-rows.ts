import type { FieldValue, StoredRecord } from '../model/change.ts';
import { formatNumber } from '../model/format-number.ts';
import { historyFieldsOf, historyKey, type HistorySettings } from '../model/history.ts';
import { BulkNotAllowed } from './bulk-query.ts';
import { chooseReadStrategy } from './read-strategy.ts';
import { toFieldValue } from './field-value.ts';
import { readOrgJson } from './org-reply.ts';
import { readInBulk } from './read-in-bulk.ts';
import { SalesforceApiError } from './api-error.ts';
import type { OrgSession } from './session.ts';

export type HistoryReading = {
  /** How many records the rows are of, or `null` where nobody knows: a few are asked for by their ids. */
  readonly records: number | null;
  /** Given a line for people that says how the rows are read, where that is not page by page. */
  readonly onNotice: (text: string) => void;
  /** Where the result of a bulk query is kept while it is worked through. */
  readonly folder: string;
  readonly signal: AbortSignal;
};

/** A row as it was read; `id` is that of its record, in whose order all are read. */
type Row = { readonly id: string; readonly key: string; readonly stored: Readonly<Record<string, FieldValue>> };
type Json = Readonly<Record<string, unknown>>;
type Page = { readonly totalSize: number; readonly nextRecordsUrl?: string; readonly records: readonly Json[] };

/** Ids in the condition of one query: with them its URL stays below the org's 16,384 bytes. */
const QUERY_IDS = 500;

/**
 * What the rows of a period hold, read in the order of their records beside those that are counted: all rows of the period
 * once, in memory that does not grow with their number, or a few by the ids of their records.
 */
export class HistoryRows implements AsyncDisposable {
  private readonly session: OrgSession;
  private readonly history: HistorySettings;
  private readonly reading: HistoryReading;
  private readonly names: readonly string[];
  private pages: AsyncGenerator<readonly Row[], void, undefined> | undefined;
  private page: readonly Row[] = [];
  private at = 0;
  private last = '';

  public constructor(session: OrgSession, history: HistorySettings, reading: HistoryReading) {
    this.session = session;
    this.history = history;
    this.reading = reading;
    this.names = [...new Set(historyFieldsOf(history))];
  }

  /** What the rows of these records hold, by the Id of the record; a record without a row is not in it. */
  public async read(records: readonly string[]): Promise<Map<string, StoredRecord>> {
    const found = new Map<string, StoredRecord>();
    const wanted = new Map(records.map((id) => [historyKey(id, this.history.period).toLowerCase(), id]));
    const note = ({ key, stored }: Row): void => {
      const record = wanted.get(key.toLowerCase());
      if (record !== undefined) found.set(record, { url: '', stored });
    };
    const { records: expected } = this.reading;
    if (expected !== null && expected <= QUERY_IDS) {
      for (let from = 0; from < records.length; from += QUERY_IDS) {
        const some = records.slice(from, from + QUERY_IDS).map(quoted);
        for await (const rows of this.query(`${this.history.parentField} IN (${some.join(',')})`)) rows.forEach(note);
      }
      return found;
    }
    for (const record of records) await this.seek(record, note);
    return found;
  }

  public async [Symbol.asyncDispose](): Promise<void> {
    await this.pages?.return();
  }

  /** Goes on to the rows of a record. Records mostly ascend; for one that does not, reading starts again. */
  private async seek(record: string, note: (row: Row) => void): Promise<void> {
    if (record < this.last || !this.pages) await this.begin(record);
    this.last = record;
    for (;;) {
      for (; this.at < this.page.length; this.at += 1) {
        const row = this.page[this.at]!;
        if (row.id > record) return;
        if (row.id === record) note(row);
      }
      const next = await this.pages!.next();
      if (next.done) return;
      [this.page, this.at] = [next.value, 0];
    }
  }

  private async begin(record: string): Promise<void> {
    await this.pages?.return();
    [this.page, this.at] = [[], 0];
    this.pages = this.scan(record);
  }

  /** All rows from a record on: the first page tells how many there are, and so how the others are best read. */
  private async *scan(record: string): AsyncGenerator<readonly Row[], void, undefined> {
    const { sobject, parentField } = this.history;
    const { onNotice, folder, signal } = this.reading;
    let total = 0;
    const pages = this.query(`${parentField} >= ${quoted(record)}`, (rows) => (total = rows));
    const first = await pages.next();
    if (first.done || first.value.length === 0) return;
    yield first.value;
    const { method, pages: requests, bulk } = chooseReadStrategy(total, first.value.length);
    if (method === 'pages') return yield* pages;
    onNotice(
      `${formatNumber(total)} rows of the history are read by a bulk query: some ${bulk} API requests instead of ${requests}.`,
    );
    const last = first.value.at(-1)!.id;
    const read = {
      ...{ sobject, folder, after: last, fields: [parentField, this.history.keyField, ...this.names] },
      soql: (after: string | undefined, limit: number) =>
        this.soql(`${parentField} > ${quoted(after ?? last)}`, ` LIMIT ${limit}`),
      toRecord: (row: { text(field: number): string | null; value(field: number): FieldValue }): Row => ({
        id: row.text(0) ?? '',
        key: row.text(1) ?? '',
        stored: Object.fromEntries(this.names.map((name, index) => [name, row.value(index + 2)])),
      }),
    };
    try {
      yield* readInBulk(this.session, read, signal);
    } catch (error) {
      if (!(error instanceof BulkNotAllowed)) throw error;
      onNotice(`The org lets no bulk query read them (${error.message}): they are read page by page.`);
      yield* pages;
    }
  }

  /** The rows that meet a condition, page by page; `onTotal` receives their number. */
  private async *query(
    condition: string,
    onTotal: (rows: number) => void = () => undefined,
  ): AsyncGenerator<readonly Row[], void, undefined> {
    let path: string | undefined = `query?q=${encodeURIComponent(this.soql(condition))}`;
    let last: string | undefined;
    while (path !== undefined) {
      const request = { api: 'rest', method: 'GET', path, signal: this.reading.signal } as const;
      try {
        const page: Page = readOrgJson<Page>(await this.session.send(request), request);
        onTotal(page.totalSize);
        const rows = page.records.map((row) => this.toRow(row));
        last = rows.at(-1)?.id ?? last;
        path = page.nextRecordsUrl;
        yield rows;
      } catch (error) {
        if (!(error instanceof SalesforceApiError && error.code === 'INVALID_QUERY_LOCATOR') || last === undefined)
          throw error;
        // Only the newest queries of a user stay open: it goes on by a new one.
        path = `query?q=${encodeURIComponent(this.soql(`${this.history.parentField} > ${quoted(last)}`))}`;
      }
    }
  }

  private soql(condition: string, limit = ''): string {
    const { sobject, parentField, keyField, dateField, period } = this.history;
    const select = ['Id', parentField, keyField, ...this.names].join(', ');
    return `SELECT ${select} FROM ${sobject} WHERE ${dateField} = ${period} AND ${condition} ORDER BY ${parentField}${limit}`;
  }

  private toRow(row: Json): Row {
    const { parentField, keyField } = this.history;
    const stored = Object.fromEntries(this.names.map((name) => [name, toFieldValue(row[name])]));
    return { id: String(row[parentField]), key: String(row[keyField]), stored };
  }
}

const quoted = (id: string): string => `'${id}'`;
