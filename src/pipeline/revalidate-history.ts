import { compareRecord, reverseChange, type StoredRecord } from '../model/change.ts';
import {
  type HistoryRow,
  type HistorySettings,
  type HistoryTally,
  NO_HISTORY,
  recordOf,
  withoutServices,
} from '../model/history.ts';
import { holdsUrl } from '../model/url.ts';

/** The most rows compared together. */
export const ROWS = 500;

type Mapping = Pick<HistorySettings, 'fields' | 'changeFields'>;

/** A row of an earlier plan, and the URL its record has now; `undefined` if the record is gone. */
export type EarlierRow = { readonly row: HistoryRow; readonly url: string | undefined };

/** What is needed to revalidate the history rows of an earlier plan. */
export type RevalidateHistoryOptions = {
  readonly settings: Mapping;
  /** The rows of the earlier plan that weren't compared yet, in its order. */
  readonly rows: AsyncGenerator<readonly EarlierRow[], void, undefined>;
  /** Reads the current rows of records, by record Id; records without a row are missing. */
  readonly read: (records: readonly string[]) => Promise<ReadonlyMap<string, StoredRecord>>;
};

/**
 * The results for a chunk of the earlier plan's changes: the position of each in the new plan, and which records
 * changed since.
 */
export type RevalidatedChanges = {
  readonly from: number;
  readonly positions: readonly (number | null | 'moved')[];
  /** Services whose counts were removed from a change, by its index in the chunk. */
  readonly unfit: (index: number) => ReadonlySet<string> | undefined;
};

/**
 * Revalidates the history rows of an earlier plan, along with its changes: a row is kept only if the org's row still
 * holds what the plan says. If a record changed since, its row is skipped too.
 */
export class HistoryRevalidator {
  private readonly options: RevalidateHistoryOptions;
  private readonly reversed: boolean;
  private sums: HistoryTally;
  private waiting: EarlierRow[] = [];

  public constructor(options: RevalidateHistoryOptions, earlier: HistoryTally | undefined, reversed: boolean) {
    this.options = options;
    this.reversed = reversed;
    this.sums = earlier ?? NO_HISTORY;
  }

  public get tally(): HistoryTally {
    return this.sums;
  }

  /** The next rows before a change of the earlier plan, at most 500. */
  public async before(end: number): Promise<readonly EarlierRow[]> {
    while (this.waiting.length < ROWS) {
      const next = await this.options.rows.next();
      if (next.done) break;
      // In an undo, rows don't depend on changes.
      this.waiting.push(
        ...(this.reversed ? next.value.map(({ row, url }) => ({ row: { ...row, change: null }, url })) : next.value),
      );
    }
    const stop = this.waiting.findIndex(({ row: { change } }) => change !== null && change >= end);
    return this.waiting.splice(0, Math.min(ROWS, stop === -1 ? this.waiting.length : stop));
  }

  /** The rows to keep. Those of changes get the change's position in the new plan. */
  public async take(
    rows: readonly EarlierRow[],
    { from, positions, unfit }: RevalidatedChanges,
  ): Promise<readonly HistoryRow[]> {
    const now = await this.options.read(rows.map(({ row }) => recordOf(row.id)));
    const taken: HistoryRow[] = [];
    let conflicts = 0;
    for (const { row: planned, url } of rows) {
      const position = planned.change === null ? null : (positions[planned.change - from] ?? null);
      const without = planned.change === null ? undefined : unfit(planned.change - from);
      const row = without ? withoutCounts(planned, without, this.options.settings) : planned;
      if (Object.keys(row.fields).length === 0) continue;
      const held = now.get(recordOf(row.id));
      const verdict = position === 'moved' ? 'moved' : compareRow(this.reversed ? reverse(row) : row, held, url);
      if (verdict === 'moved') conflicts += 1;
      if (verdict !== 'holds' || position === 'moved') continue;
      taken.push({ ...(this.reversed ? reverse(row) : row), isNew: held === undefined, change: position });
    }
    this.sums = {
      rows: this.sums.rows + taken.length,
      created: this.sums.created + taken.filter(({ isNew }) => isNew).length,
      conflicts: this.sums.conflicts + conflicts,
      queried: this.sums.queried + rows.length,
    };
    return taken;
  }
}

const withoutCounts = (row: HistoryRow, services: ReadonlySet<string>, settings: Mapping): HistoryRow => ({
  ...row,
  fields: withoutServices(row.fields, services, settings),
});

/**
 * Compares a row with what the org's row holds now. A row that is to be created isn't there yet; `url` is what its
 * record has now, as a count holds only for the URL it is of.
 */
export function compareRow(
  row: HistoryRow,
  held: StoredRecord | undefined,
  url: string | undefined,
): ReturnType<typeof compareRecord> {
  if (url === undefined || !holdsUrl(url, row.url)) return 'moved';
  const stored = held?.stored ?? (row.isNew ? {} : undefined);
  return compareRecord(row, stored && { url: row.url, stored });
}

/** The row that restores what `row` replaced, which must exist. */
const reverse = (row: HistoryRow): HistoryRow => ({ ...row, ...reverseChange(row), isNew: false });
