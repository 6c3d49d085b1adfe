import { type Change, compareRecord, reverseChange, type StoredRecord } from '../model/change.ts';
import type { HistoryRow } from '../model/history.ts';
import type { PlanStep } from '../model/plan.ts';
import { NO_TALLY, type PlanTally } from '../model/run-facts.ts';
import { fitChanges, type Rooms, tallyUnfit } from './fit-changes.ts';
import { HistoryRevalidator, type RevalidateHistoryOptions, ROWS as MANY_ROWS } from './revalidate-history.ts';

/** Changes of a step: what is written of it at a time stays small. */
const STEP = 500;

export type RevalidateOptions = {
  /** The sums an interrupted process left, to go on from. */
  readonly earlier: PlanTally | null;
  /** Whether the changes are turned round. */
  readonly reversed: boolean;
  /** What the records of the next changes hold now, by id; a record that is gone is not in it. */
  readonly readRecords: (ids: readonly string[]) => Promise<ReadonlyMap<string, StoredRecord>>;
  /** What the fields have room for; a count that does not fit is skipped. Missing where values are put back. */
  readonly rooms?: Rooms | undefined;
  /** How many of the next changes are best read together. */
  readonly atOnce: () => number;
  /** Set where the earlier plan has rows of the history. */
  readonly history?: RevalidateHistoryOptions | null;
};

/**
 * Makes the steps of a plan from the changes of an earlier one: the records are read again, and a change is taken over
 * only where the record still has the URL and holds what the change says it held. One that holds the new values already is unchanged; any
 * other has moved, and is left alone as a conflict.
 */
export async function* revalidatePlan(
  changes: AsyncIterable<readonly Change[]>,
  { earlier, reversed, readRecords, rooms = ANY_ROOM, atOnce, history = null }: RevalidateOptions,
): AsyncGenerator<PlanStep, void, undefined> {
  const sums = { ...(earlier ?? NO_TALLY) };
  const rows = history && new HistoryRevalidator(history, earlier?.history, reversed);
  for await (const chunk of cutChunks(changes, atOnce)) {
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
    return { ...more, ...kept, held: [], releases: false, through: null, tally };
  }
}

const NO_CHANGES = { from: 0, positions: [], unfit: () => undefined };
const ANY_ROOM: Rooms = { services: {}, stampField: null };

const isEmpty = ({ fields }: Change): boolean => Object.keys(fields).length === 0;

/**
 * How many changes go with rows of the history, so that no row comes after its change: all `most`, unless there are so many
 * rows that these are not yet all.
 */
function countChanges(rows: readonly HistoryRow[], from: number, most: number): number {
  if (rows.length < MANY_ROWS) return most;
  const last = rows.findLast(({ change }) => change !== null)?.change;
  return last === undefined || last === null ? 0 : Math.min(most, last + 1 - from);
}

async function* cutChunks(
  changes: AsyncIterable<readonly Change[]>,
  atOnce: () => number,
): AsyncGenerator<readonly Change[], void, undefined> {
  let chunk: Change[] = [];
  for await (const some of changes) {
    for (const change of some) {
      chunk.push(change);
      if (chunk.length < atOnce()) continue;
      yield chunk;
      chunk = [];
    }
  }
  if (chunk.length > 0) yield chunk;
}
