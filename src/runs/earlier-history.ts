import { readWrittenRows } from '../journal/outcomes.ts';
import type { PlanFile } from '../journal/plan-file.ts';
import type { HistorySettings } from '../model/history.ts';
import { countRows, type Range, skipRows } from '../model/ranges.ts';
import type { RevalidateHistoryOptions } from '../pipeline/revalidate-history.ts';
import type { OpenRun } from './open-run.ts';

/** The history rows to revalidate: those of the plan or, for an undo, those its run has written. */
export async function earlierHistory(
  run: OpenRun,
  earlier: PlanFile,
  written: string | null,
): Promise<{ settings: HistorySettings; size: number; rows: RevalidateHistoryOptions['rows'] } | null> {
  const { history: settings } = run.state.settings;
  if (!settings) return null;
  const all: readonly Range[] =
    written === null ? [[0, earlier.historySize]] : await readWrittenRows(written, 'upsert');
  const left = skipRows(all, run.plan.progress.tally?.history?.queried ?? 0);
  return { settings, size: countRows(all), rows: historyAt(earlier, left) };
}

async function* historyAt(plan: PlanFile, ranges: readonly Range[]): RevalidateHistoryOptions['rows'] {
  for await (const chunk of plan.history(ranges)) yield chunk.changes;
}
