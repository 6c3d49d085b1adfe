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
  /** The number of records the rows belong to, or `null` if unknown; a few rows are queried by record Id. */
  readonly records: number | null;
  /** Called with a line that says how the rows are read, unless page by page. */
  readonly onNotice: (text: string) => void;
  /** The folder for the result of a bulk query while it is processed. */
  readonly folder: string;
  readonly signal: AbortSignal;
};

/** A row as it was read; `id` is that of its record, which rows are ordered by. */
type Row = { readonly id: string; readonly key: string; readonly stored: Readonly<Record<string, FieldValue>> };
type Json = Readonly<Record<string, unknown>>;
type Page = { readonly totalSize: number; readonly nextRecordsUrl?: string; readonly records: readonly Json[] };

/** The Ids in the condition of one query, which keep its URL below the org's 16,384 bytes. */
const QUERY_IDS = 500;

/**
 * Reads the rows of a period in the order of their records, alongside the counting: all rows of the period once, in
 * constant memory, or a few by the Ids of their records.
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

  /** Reads the rows of these records, by record Id; records without a row are missing. */
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

  /** Advances to the rows of a record. Records usually ascend; for one that doesn't, reading starts again. */
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

  /** All rows from a record on. The first page gives their number, by which the way to read the others is chosen. */
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
        // Only a user's newest query cursors stay open, so a new query continues.
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
