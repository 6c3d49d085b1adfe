import { readOutcomes, readRefusedRows } from '../journal/outcomes.ts';
import type { Change } from '../model/change.ts';
import { type Range, subtractRanges } from '../model/ranges.ts';
import { countOutcomes } from '../model/run-rows.ts';
import { stateOf } from '../model/run-state.ts';
import { isApplied } from '../model/final-state.ts';
import { LARGEST, TopChanges } from '../report/top-changes.ts';
import { SHOWN } from '../report/result.ts';
import type { OpenRun } from './open-run.ts';

/**
 * The changes shown for a run. After it was applied, those it wrote, batch by batch as they became known; before, those
 * of its plan that the org hasn't refused.
 */
export async function* shownChanges(run: OpenRun): AsyncGenerator<readonly Change[], void, undefined> {
  const all: Range = [0, run.plan.size];
  if (areAllShown(run)) return yield* changesAt(run, [all]);
  if (!isApplied(run.state.end?.state)) {
    return yield* changesAt(run, subtractRanges([all], await readRefusedRows(run.journalPath)));
  }
  for await (const { written } of readOutcomes(run.journalPath)) yield* changesAt(run, written);
}

/** The first of these changes, at least as many as a result shows. */
export async function firstChanges(run: OpenRun): Promise<Change[]> {
  const first: Change[] = [];
  for await (const changes of shownChanges(run)) {
    first.push(...changes);
    if (first.length >= SHOWN) break;
  }
  return first;
}

/**
 * The largest of these changes. They are kept while the plan is made, or read from it if another process made it or not
 * all are shown.
 */
export async function largestChanges(run: OpenRun): Promise<TopChanges> {
  if (run.topChanges && areAllShown(run)) return run.topChanges;
  const topChanges = new TopChanges(LARGEST);
  for await (const changes of shownChanges(run)) for (const change of changes) topChanges.add(change);
  return topChanges;
}

/** Whether all changes of the plan are shown. */
function areAllShown({ state, plan }: OpenRun): boolean {
  const { updated, failed } = countOutcomes(stateOf(state, 'update'));
  return isApplied(state.end?.state) ? updated === plan.size : failed === 0;
}

async function* changesAt(
  { plan }: OpenRun,
  ranges: readonly Range[],
): AsyncGenerator<readonly Change[], void, undefined> {
  for await (const { changes } of plan.chunks(ranges)) yield changes;
}
