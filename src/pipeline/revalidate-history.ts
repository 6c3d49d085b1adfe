import { compareRecord, reverseChange, type StoredRecord } from '../model/change.ts';
import {
  type HistoryRow,
  type HistorySettings,
  type HistoryTally,
  NO_HISTORY,
  recordOf,
  withoutServices,
} from '../model/history.ts';

/** Rows looked at together. */
export const ROWS = 500;

type Mapping = Pick<HistorySettings, 'fields' | 'changeFields'>;

/** What it takes to make rows of the history of those of an earlier plan. */
export type RevalidateHistoryOptions = {
  /** Which service fills which fields. */
  readonly settings: Mapping;
  /** The rows of the earlier plan that were not looked at yet, in its order. */
  readonly rows: AsyncGenerator<readonly HistoryRow[], void, undefined>;
  /** What the rows of the next records hold now, by the Id of the record; one without a row is not in it. */
  readonly read: (records: readonly string[]) => Promise<ReadonlyMap<string, StoredRecord>>;
};

/** What became of the changes of a chunk of the plan: the position of each in the new one, if it has one, and which changed since. */
export type Retaken = {
  /** The position of the first change in the earlier plan. */
  readonly from: number;
  readonly positions: readonly (number | null | 'moved')[];
  /** Services whose counts were taken out of a change, by its place among these. */
  readonly unfit: (index: number) => ReadonlySet<string> | undefined;
};

/**
 * Takes rows of the history over from an earlier plan, beside its changes: a row only where the org's still holds what the
 * plan says it held. Of a record that has moved, its row is left alone, too.
 */
export class HistoryRevalidator {
  private readonly options: RevalidateHistoryOptions;
  private readonly reversed: boolean;
  private sums: HistoryTally;
  private waiting: HistoryRow[] = [];

  public constructor(options: RevalidateHistoryOptions, earlier: HistoryTally | undefined, reversed: boolean) {
    this.options = options;
    this.reversed = reversed;
    this.sums = earlier ?? NO_HISTORY;
  }

  public get tally(): HistoryTally {
    return this.sums;
  }

  /** Of the next rows, those before a change of the earlier plan; at most 500. */
  public async before(end: number): Promise<readonly HistoryRow[]> {
    while (this.waiting.length < ROWS) {
      const next = await this.options.rows.next();
      if (next.done) break;
      // Put back, rows have nothing to do with changes: each stands for itself.
      this.waiting.push(...(this.reversed ? next.value.map((row) => ({ ...row, change: null })) : next.value));
    }
    const stop = this.waiting.findIndex(({ change }) => change !== null && change >= end);
    return this.waiting.splice(0, Math.min(ROWS, stop === -1 ? this.waiting.length : stop));
  }

  /** The rows that are taken over of these. Those of changes tell where these stand in the new plan. */
  public async take(rows: readonly HistoryRow[], { from, positions, unfit }: Retaken): Promise<readonly HistoryRow[]> {
    const now = await this.options.read(rows.map(({ id }) => recordOf(id)));
    const taken: HistoryRow[] = [];
    let conflicts = 0;
    for (const planned of rows) {
      const position = planned.change === null ? null : (positions[planned.change - from] ?? null);
      const without = planned.change === null ? undefined : unfit(planned.change - from);
      const row = without ? withoutCounts(planned, without, this.options.settings) : planned;
      if (Object.keys(row.fields).length === 0) continue;
      const held = now.get(recordOf(row.id));
      const verdict = position === 'moved' ? 'moved' : compareRow(this.reversed ? reverse(row) : row, held);
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

/** Where a row stands, by what the org's holds now. One that is to be created is not there yet. */
export function compareRow(row: HistoryRow, held: StoredRecord | undefined): ReturnType<typeof compareRecord> {
  const stored = held?.stored ?? (row.isNew ? {} : undefined);
  return compareRecord(row, stored && { url: row.url, stored });
}

/** The row that puts back what `row` replaced: it has to be there. */
const reverse = (row: HistoryRow): HistoryRow => ({ ...row, ...reverseChange(row), isNew: false });
