import { readWrittenRows } from '../journal/outcomes.ts';
import type { PlanFile } from '../journal/plan-file.ts';
import { chunksOf } from '../model/ascending-runs.ts';
import { type HistoryRow, type HistorySettings, recordOf } from '../model/history.ts';
import { countRows, type Range, skipRows } from '../model/ranges.ts';
import type { RevalidateHistoryOptions } from '../pipeline/revalidate-history.ts';
import { regroup } from '../pipeline/regroup.ts';
import { PlanRecords, type PlanRecordsOptions } from '../salesforce/plan-records.ts';
import type { OrgSession } from '../salesforce/session.ts';
import type { OpenRun } from './open-run.ts';

/** How the records of history rows are read. */
type Reading = PlanRecordsOptions & { readonly session: OrgSession };

/**
 * The history rows to revalidate, each with the URL its record has now: those of the plan or, for an undo, those its run has
 * written.
 */
export async function earlierHistory(
  run: OpenRun,
  earlier: PlanFile,
  written: string | null,
  { session, ...options }: Reading,
): Promise<{ settings: HistorySettings; size: number; rows: RevalidateHistoryOptions['rows'] } | null> {
  const { history: settings, sobject, urlField } = run.state.settings;
  if (!settings) return null;
  const all: readonly Range[] =
    written === null ? [[0, earlier.historySize]] : await readWrittenRows(written, 'upsert');
  const left = skipRows(all, run.plan.progress.tally?.history?.queried ?? 0);
  const records = new PlanRecords(
    session,
    { sobject, urlField, fields: [] },
    chunksOf(earlier.historyRuns, left),
    options,
  );
  return { settings, size: countRows(all), rows: withUrls(historyAt(earlier, left), records) };
}

async function* historyAt(
  plan: PlanFile,
  ranges: readonly Range[],
): AsyncGenerator<readonly HistoryRow[], void, undefined> {
  for await (const chunk of plan.history(ranges)) yield chunk.changes;
}

async function* withUrls(
  chunks: AsyncIterable<readonly HistoryRow[]>,
  records: PlanRecords,
): RevalidateHistoryOptions['rows'] {
  await using reader = records;
  // Steps are small, and a request has room for more.
  for await (const rows of regroup(chunks, () => reader.atOnce)) {
    const now = await reader.read(rows.map(({ id }) => recordOf(id)));
    yield rows.map((row) => ({ row, url: now.get(recordOf(row.id))?.url }));
  }
}
