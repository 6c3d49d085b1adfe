import { readOutcomes } from '../journal/outcomes.ts';
import { forecastJob } from '../model/forecast.ts';
import type { OrgLimits } from '../model/org-limits.ts';
import { requestsToWrite } from '../model/requests.ts';
import type { RowFailure, WriteApi } from '../model/run-facts.ts';
import type { RunState } from '../model/run-state.ts';
import { type FailureGroup, groupFailures } from '../report/failure-groups.ts';
import { notesOn } from '../report/notes.ts';
import type { RunResult } from '../report/result.ts';
import type { RunView } from '../report/run-view.ts';
import type { OpenRun } from './open-run.ts';

/** Adds to a result what people are shown besides: the largest changes, the failures by status code, what the plan takes. */
export async function viewRun(run: OpenRun, result: RunResult, limits: OrgLimits | null): Promise<RunView> {
  const { settings, tally } = run.state;
  const conflicts = (tally ?? run.plan.progress.tally)?.conflicts ?? 0;
  const { api, batchSize } = settings;
  const changes = result.records.changed - conflicts;
  // What the records held before is not known of a run that was rebuilt from its job.
  const movers = settings.source.kind === 'job' ? null : await run.largestChanges();
  return {
    result,
    movers: movers?.list ?? [],
    changedCounts: movers?.counts ?? 0,
    groups: await groupAll(run),
    notes: notesOn(run.state, result),
    api,
    requestsBy: requestsBy(run.state, changes),
    batches: api === 'rest' ? 0 : forecastJob(changes, batchSize).batches,
    limits,
  };
}

/** What the run takes, or took, one way or the other: only writing its changes is different. */
function requestsBy({ command, settings, end, forecast, apiUsed }: RunState, changes: number): RunView['requestsBy'] {
  const { api, batchSize, dryRun } = settings;
  const written = end?.state === 'Completed' || end?.state === 'CompletedWithFailures';
  if (command !== 'sync' || changes === 0 || !(dryRun || written)) return null;
  const whole = dryRun ? forecast : apiUsed;
  const by = (way: WriteApi): number => {
    const least = requestsToWrite(way, changes, batchSize);
    return way === api ? whole : Math.max(least, whole - requestsToWrite(api, changes, batchSize) + least);
  };
  return { rest: by('rest'), bulk: by('bulk') };
}

/** Groups all failures. The journal is read for an example only where the first failures hold none of a status code. */
async function groupAll(run: OpenRun): Promise<FailureGroup[]> {
  const { failures, failureCounts } = run.state;
  const examples: RowFailure[] = [...failures];
  const missing = new Set(failureCounts.keys());
  for (const { statusCode } of failures) missing.delete(statusCode);
  if (missing.size > 0) {
    for await (const { failed } of readOutcomes(run.journalPath)) {
      for (const failure of failed) if (missing.delete(failure.statusCode)) examples.push(failure);
      if (missing.size === 0) break;
    }
  }
  return groupFailures(failureCounts, examples);
}
