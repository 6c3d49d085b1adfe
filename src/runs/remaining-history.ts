import { readWrittenRows } from '../journal/outcomes.ts';
import { contains, rowsOf, subtractRanges, toRanges } from '../model/ranges.ts';
import { batchedRows } from '../model/run-rows.ts';
import type { PlanChunk } from '../pipeline/batches.ts';
import type { OpenRun } from './open-run.ts';

/**
 * The rows of the history that were in no batch yet. A row whose record was not written is left out: the record does not hold
 * the count, and the growth would be told once more when it does.
 */
export async function* remainingHistory(run: OpenRun): AsyncGenerator<PlanChunk, void, undefined> {
  const written = await readWrittenRows(run.journalPath, 'update');
  const left = subtractRanges([[0, run.plan.historySize]], batchedRows(run.part('upsert').state));
  for await (const { rows, changes } of run.plan.history(left)) {
    const positions = [...rowsOf(rows)];
    const isWritten = changes.map(({ change }) => change === null || contains(written, change));
    const kept = changes.filter((_, index) => isWritten[index]);
    if (kept.length === 0) continue;
    yield { rows: toRanges(positions.filter((_, index) => isWritten[index])), changes: kept };
  }
}
