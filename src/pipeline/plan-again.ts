import { type Change, compareRecord, reverseChange, type StoredRecord } from '../model/change.ts';
import type { PlanStep } from '../model/plan.ts';
import type { PlanTally } from '../model/run-facts.ts';

/** Changes of a step: what is written of it at a time stays small. */
const STEP = 500;

export type PlanAgainOptions = {
  /** The sums an interrupted process left, to go on from. */
  readonly earlier: PlanTally | null;
  /** Whether the changes are turned round. */
  readonly reversed: boolean;
  /** What the records of the next changes hold now, by id; a record that is gone is not in it. */
  readonly readRecords: (ids: readonly string[]) => Promise<ReadonlyMap<string, StoredRecord>>;
  /** How many of the next changes are best read together. */
  readonly atOnce: () => number;
};

/**
 * Makes the steps of a plan from the changes of an earlier one: the records are read again, and a change is taken over
 * only where the record still has the URL and holds what the change says it held. One that holds the new values already is unchanged; any
 * other has moved, and is left alone as a conflict.
 */
export async function* planAgain(
  changes: AsyncIterable<readonly Change[]>,
  { earlier, reversed, readRecords, atOnce }: PlanAgainOptions,
): AsyncGenerator<PlanStep, void, undefined> {
  const sums = { ...(earlier ?? EMPTY) };
  for await (const piece of cutPieces(changes, atOnce)) {
    const wanted = reversed ? piece.map(reverseChange) : piece;
    const now = await readRecords(wanted.map(({ id }) => id));
    for (let at = 0; at < wanted.length; at += STEP) {
      const some = wanted.slice(at, at + STEP);
      const verdicts = Map.groupBy(some, (change) => compareRecord(change, now.get(change.id)));
      const conflicts = verdicts.get('moved') ?? [];
      const kept = verdicts.get('holds') ?? [];
      sums.queried += some.length;
      sums.unchanged += verdicts.get('done')?.length ?? 0;
      sums.changed += kept.length + conflicts.length;
      sums.conflicts += conflicts.length;
      yield { changes: kept, held: [], conflicts, releases: false, through: null, tally: { ...sums } };
    }
  }
  yield { changes: [], held: [], conflicts: [], releases: false, through: null, tally: { ...sums } };
}

const EMPTY: PlanTally = {
  queried: 0,
  skippedUrls: 0,
  unchanged: 0,
  uncounted: 0,
  changed: 0,
  conflicts: 0,
  services: {},
};

async function* cutPieces(
  changes: AsyncIterable<readonly Change[]>,
  atOnce: () => number,
): AsyncGenerator<readonly Change[], void, undefined> {
  let piece: Change[] = [];
  for await (const some of changes) {
    for (const change of some) {
      piece.push(change);
      if (piece.length < atOnce()) continue;
      yield piece;
      piece = [];
    }
  }
  if (piece.length > 0) yield piece;
}
