import { type Change, compareRecord, type StoredRecord } from '../model/change.ts';
import { chunksOf } from '../model/ascending-runs.ts';
import { type HistoryRow, recordOf } from '../model/history.ts';
import { contains, countRows, joinRanges, type Range, rowsOf, subtractRanges, toRanges } from '../model/ranges.ts';
import { type FieldRoom, unfitReason } from '../model/reading.ts';
import { fieldsOf, type Operation } from '../model/run-facts.ts';
import type { PlanChunk } from '../pipeline/batches.ts';
import { hasRoom } from '../pipeline/fit-changes.ts';
import { regroup } from '../pipeline/regroup.ts';
import { compareRow } from '../pipeline/revalidate-history.ts';
import { CHANGED_SINCE } from '../report/left-out.ts';
import { HistoryRows } from '../salesforce/history-rows.ts';
import { PlanRecords, type PlanRecordsOptions } from '../salesforce/plan-records.ts';
import type { OpenOrg } from '../process/open-org.ts';
import type { OpenRun } from './open-run.ts';

/** Reads the current values of the rows of one operation. */
type OrgReader = AsyncDisposable & {
  /** The number of rows to read together next. */
  readonly atOnce: () => number;
  /** Returns a function that compares each of these rows with the org. */
  readonly read: (changes: readonly Change[]) => Promise<(change: Change) => ReturnType<typeof compareRecord>>;
};

type RevalidationOptions = PlanRecordsOptions & {
  /** The size of the fields now; empty if values are put back. */
  readonly rooms: readonly FieldRoom[];
};

/**
 * Compares planned rows of an earlier process with the org before they are sent, because a record may have another URL
 * or count by now, and a field another size. Rows that changed since, don't fit, or already hold the values are skipped,
 * and the journal records that.
 */
export class Revalidation {
  private readonly run: OpenRun;
  private readonly session: OpenOrg['session'];
  private readonly options: PlanRecordsOptions;
  private readonly rooms: readonly FieldRoom[];
  private readonly pending: Record<Operation, readonly Range[]>;

  /** Must be created before this process plans anything. */
  public constructor(run: OpenRun, { session }: OpenOrg, { rooms, ...options }: RevalidationOptions) {
    this.run = run;
    this.session = session;
    this.options = options;
    this.rooms = rooms;
    this.pending = { update: [[0, run.plan.size]], upsert: [[0, run.plan.historySize]] };
  }

  /** The rows at `ranges` that must still be sent; `chunks` holds these rows. */
  public async *keepValid(
    operation: Operation,
    ranges: readonly Range[],
    chunks: AsyncIterable<PlanChunk>,
  ): AsyncGenerator<PlanChunk, void, undefined> {
    const others = subtractRanges(ranges, this.pending[operation]);
    const due = subtractRanges(ranges, others);
    if (due.length === 0) {
      yield* chunks;
      return;
    }
    this.pending[operation] = subtractRanges(this.pending[operation], due);
    await using reader = operation === 'update' ? this.readRecords(due) : this.readHistory(due);
    for await (const some of regroup(withPositions(chunks), reader.atOnce)) {
      const positions = some.map(({ position }) => position);
      const changes = some.map(({ change }) => change);
      const isDue = positions.map((position) => contains(due, position));
      const compare = await reader.read(changes.filter((_, at) => isDue[at]));
      const unfit = changes.map((change, at) => (isDue[at] && operation === 'update' ? this.whyUnfit(change) : null));
      const verdicts = changes.map((change, at) => (unfit[at] ? 'moved' : isDue[at] ? compare(change) : 'holds'));
      const rowsThat = (wanted: (typeof verdicts)[number]): Range[] =>
        toRanges(positions.filter((_, at) => verdicts[at] === wanted));
      const [unchanged, conflicts] = [rowsThat('done'), rowsThat('moved')];
      for (const [at, change] of changes.entries())
        if (operation === 'update' && verdicts[at] === 'moved')
          this.run.leftOut.skip(change, unfit[at] ?? CHANGED_SINCE);
      if (unchanged.length + conflicts.length > 0) {
        await this.run.part(operation).write({ fact: 'skipped', unchanged, conflicts });
      }
      yield { rows: rowsThat('holds'), changes: changes.filter((_, at) => verdicts[at] === 'holds') };
    }
  }

  /** Like {@link keepValid}, for changes that this process added to the plan but an earlier one counted. */
  public keepValidDeferred(chunk: PlanChunk): AsyncIterable<PlanChunk> {
    this.pending.update = joinRanges(this.pending.update, chunk.rows);
    return this.keepValid('update', chunk.rows, only(chunk));
  }

  /** Why a field can't hold the count in a change: the field may be smaller by now. `null` if all fit. */
  private whyUnfit(change: Change): string | null {
    const room = this.rooms.find((one) => !hasRoom(change, one));
    return room ? unfitReason(room) : null;
  }

  private readRecords(due: readonly Range[]): OrgReader {
    const { plan, state } = this.run;
    const { sobject, urlField } = state.settings;
    const what = { sobject, urlField, fields: fieldsOf(state.settings) };
    const records = new PlanRecords(this.session, what, chunksOf(plan.idRuns, due), this.options);
    return {
      atOnce: () => records.atOnce,
      read: async (changes) => {
        const now = await records.read(changes.map(({ id }) => id));
        return (change) => compareRecord(change, now.get(change.id));
      },
      [Symbol.asyncDispose]: () => records[Symbol.asyncDispose](),
    };
  }

  private readHistory(due: readonly Range[]): OrgReader {
    const { plan, state } = this.run;
    const { sobject, urlField, history } = state.settings;
    const rows = history && new HistoryRows(this.session, history, { ...this.options, records: countRows(due) });
    const what = { sobject, urlField, fields: [] };
    const records = new PlanRecords(this.session, what, chunksOf(plan.historyRuns, due), this.options);
    return {
      atOnce: () => records.atOnce,
      read: async (changes) => {
        const ids = changes.map(({ id }) => recordOf(id));
        const urls = await records.read(ids);
        const now: ReadonlyMap<string, StoredRecord> = (await rows?.read(ids)) ?? new Map();
        return (row) => {
          const record = recordOf(row.id);
          const verdict = compareRow(row as HistoryRow, now.get(record), urls.get(record)?.url);
          // A request without an answer may have written it, but its key makes a second upsert the same row.
          return verdict === 'moved' ? 'moved' : 'holds';
        };
      },
      [Symbol.asyncDispose]: async () => {
        await records[Symbol.asyncDispose]();
        await rows?.[Symbol.asyncDispose]();
      },
    };
  }
}

async function* only(chunk: PlanChunk): AsyncGenerator<PlanChunk, void, undefined> {
  yield chunk;
}

/** The changes of chunks, with the position of each. */
async function* withPositions(
  chunks: AsyncIterable<PlanChunk>,
): AsyncGenerator<{ readonly position: number; readonly change: Change }[], void, undefined> {
  for await (const { rows, changes } of chunks) {
    const positions = rowsOf(rows);
    yield changes.map((change) => ({ position: positions.next().value as number, change }));
  }
}
