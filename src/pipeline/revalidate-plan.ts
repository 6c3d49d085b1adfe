import { type Change, compareRecord, reverseChange, type StoredRecord } from '../model/change.ts';
import type { HistoryRow } from '../model/history.ts';
import type { PlanStep } from '../model/plan.ts';
import { NO_TALLY, type PlanTally } from '../model/run-facts.ts';
import { regroup } from './regroup.ts';
import { fitChanges, type Rooms, tallyUnfit } from './fit-changes.ts';
import {
  type EarlierRow,
  HistoryRevalidator,
  type RevalidateHistoryOptions,
  ROWS as MANY_ROWS,
} from './revalidate-history.ts';

/** The most changes in a step, so that a step stays small. */
const STEP = 500;

export type RevalidateOptions = {
  /** The sums of an interrupted process to continue from. */
  readonly earlier: PlanTally | null;
  /** Whether the changes are reversed. */
  readonly reversed: boolean;
  /** Reads the current values of records, by id; deleted records are missing. */
  readonly readRecords: (ids: readonly string[]) => Promise<ReadonlyMap<string, StoredRecord>>;
  /** The sizes of the fields; larger counts are skipped. Missing if values are restored. */
  readonly rooms?: Rooms | undefined;
  /** How many of the next changes to read together. */
  readonly atOnce: () => number;
  /** Set if the earlier plan has history rows. */
  readonly history?: RevalidateHistoryOptions | null;
};

/**
 * Plans the changes of an earlier plan again: reads their records, and keeps a change only if the record still has the
 * URL and the values the change replaces. A record with the new values is unchanged; any other is skipped as a
 * conflict.
 */
export async function* revalidatePlan(
  changes: AsyncIterable<readonly Change[]>,
  { earlier, reversed, readRecords, rooms = ANY_ROOM, atOnce, history = null }: RevalidateOptions,
): AsyncGenerator<PlanStep, void, undefined> {
  const sums = { ...(earlier ?? NO_TALLY) };
  const rows = history && new HistoryRevalidator(history, earlier?.history, reversed);
  for await (const chunk of regroup(changes, atOnce)) {
    const { changes: wanted, unfit } = fitChanges(reversed ? chunk.map(reverseChange) : chunk, rooms);
    const now = await readRecords(wanted.map(({ id }) => id));
    for (let at = 0; at < wanted.length;) {
      const from = sums.queried;
      const before = (await rows?.before(from + Math.min(STEP, wanted.length - at))) ?? [];
      const first = at;
      const some = wanted.slice(at, at + countChanges(before, from, Math.min(STEP, wanted.length - at)));
      at += some.length;
      const verdicts = some.map((change, index) =>
        unfit.has(first + index) && isEmpty(change) ? 'uncounted' : compareRecord(change, now.get(change.id)),
      );
      const those = (wish: (typeof verdicts)[number]): Change[] => some.filter((_, index) => verdicts[index] === wish);
      const [kept, conflicts] = [those('holds'), those('moved')];
      let next = sums.changed - sums.conflicts;
      const positions = verdicts.map((verdict) =>
        verdict === 'holds' ? next++ : verdict === 'moved' ? 'moved' : null,
      );
      sums.queried += some.length;
      sums.services = tallyUnfit(
        sums.services,
        verdicts.flatMap((_, index) => unfit.get(first + index) ?? []),
        rooms,
      );
      const uncounted = verdicts.filter((verdict) => verdict === 'uncounted').length;
      sums.uncounted += uncounted;
      sums.unchanged += some.length - kept.length - conflicts.length - uncounted;
      sums.changed += kept.length + conflicts.length;
      sums.conflicts += conflicts.length;
      const taken = (await rows?.take(before, { from, positions, unfit: (index) => unfit.get(first + index) })) ?? [];
      yield step({ changes: kept, conflicts, history: taken });
    }
  }
  for (let left = await rows?.before(Infinity); rows && left && left.length > 0; left = await rows.before(Infinity)) {
    yield step({ changes: [], conflicts: [], history: await rows.take(left, NO_CHANGES) });
  }
  yield step({ changes: [], conflicts: [], history: [] });

  function step({
    history: taken,
    ...more
  }: Pick<PlanStep, 'changes' | 'conflicts'> & { history: readonly HistoryRow[] }): PlanStep {
    const kept = rows ? { history: taken } : {};
    const tally = { ...sums, ...(rows ? { history: rows.tally } : {}) };
    return { ...more, ...kept, deferred: [], resolvesDeferred: false, through: null, tally };
  }
}

const NO_CHANGES = { from: 0, positions: [], unfit: () => undefined };
const ANY_ROOM: Rooms = { services: {}, stampField: null };

const isEmpty = ({ fields }: Change): boolean => Object.keys(fields).length === 0;

/**
 * How many changes to take with these history rows, so that no row comes after its change: `most`, unless further rows
 * belong to them.
 */
function countChanges(rows: readonly EarlierRow[], from: number, most: number): number {
  if (rows.length < MANY_ROWS) return most;
  const last = rows.findLast(({ row }) => row.change !== null)?.row.change;
  return last === undefined || last === null ? 0 : Math.min(most, last + 1 - from);
}
