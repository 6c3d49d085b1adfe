import { readWrittenRows } from '../journal/outcomes.ts';
import { contains, joinRanges, type Range, rowsOf, subtractRanges, toRanges } from '../model/ranges.ts';
import { takenRows } from '../model/run-rows.ts';
import type { PlanChunk } from '../pipeline/batches.ts';
import type { OpenRun } from './open-run.ts';

/** The positions of history rows that aren't in a batch yet. */
export const historyLeft = (run: OpenRun): Range[] =>
  subtractRanges([[0, run.plan.historySize]], takenRows(run.part('upsert').state));

/**
 * The rows at these positions whose records hold the count. If a record wasn't written, its growth would be counted
 * again when it is.
 */
export async function* historyOfWritten(
  run: OpenRun,
  left: readonly Range[],
): AsyncGenerator<PlanChunk, void, undefined> {
  const { unchanged } = run.state.skipped.update;
  const written = joinRanges(await readWrittenRows(run.journalPath, 'update'), unchanged);
  for await (const { rows, changes } of run.plan.history(left)) {
    const positions = [...rowsOf(rows)];
    const isWritten = changes.map(({ change }) => change === null || contains(written, change));
    const kept = changes.filter((_, index) => isWritten[index]);
    if (kept.length === 0) continue;
    yield { rows: toRanges(positions.filter((_, index) => isWritten[index])), changes: kept };
  }
}
