import { readWrittenRows } from '../journal/outcomes.ts';
import { contains, joinRanges, type Range, rowsOf, subtractRanges, toRanges } from '../model/ranges.ts';
import { takenRows } from '../model/run-rows.ts';
import type { OpenRun } from './open-run.ts';

/**
 * The positions of history rows that were in no batch yet and whose records hold the count. If a record wasn't written,
 * its growth would be counted again when it is.
 */
export async function historyLeft(run: OpenRun): Promise<readonly Range[]> {
  const left = subtractRanges([[0, run.plan.historySize]], takenRows(run.part('upsert').state));
  const { unchanged } = run.state.skipped.update;
  const written = joinRanges(await readWrittenRows(run.journalPath, 'update'), unchanged);
  if (subtractRanges([[0, run.plan.size]], written).length === 0) return left;
  const kept: Range[] = [];
  for await (const { rows, changes } of run.plan.history(left)) {
    const positions = [...rowsOf(rows)];
    const isWritten = changes.map(({ change }) => change === null || contains(written, change));
    kept.push(...toRanges(positions.filter((_, index) => isWritten[index])));
  }
  return kept;
}
