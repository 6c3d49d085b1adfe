import { readOutcomes } from '../journal/outcomes.ts';
import type { OrgLimits } from '../model/org-limits.ts';
import { type Names, namesOf } from '../model/names.ts';
import { countRows } from '../model/ranges.ts';
import { secrets } from '../model/redactor.ts';
import { batchesToWrite, requestsToWrite, type Writes } from '../model/requests.ts';
import { fieldsOf, type Operation, type RowFailure, type WriteApi } from '../model/run-facts.ts';
import type { RunState } from '../model/run-state.ts';
import { type FailureGroup, groupFailures, type RefusedExample } from '../report/failure-groups.ts';
import { nextSteps } from '../report/next-steps.ts';
import { notesOn } from '../report/notes.ts';
import type { RunResult } from '../report/result.ts';
import type { RunView } from '../report/run-view.ts';
import type { OpenRun } from './open-run.ts';
import { readDetails } from './run-details.ts';
import { largestChanges } from './shown-changes.ts';

export type ViewOptions = {
  /** What the org has left; `null` if it wasn't asked. */
  readonly limits: OrgLimits | null;
  /** The flags that suggested commands have. */
  readonly given: string;
  /** Whether rows are shown one by one. */
  readonly verbose: boolean;
};

/** Adds what is shown besides the result: the largest changes, the failures by status code, and the estimated usage. */
export async function viewRun(
  run: OpenRun,
  result: RunResult,
  { limits, given, verbose }: ViewOptions,
): Promise<RunView> {
  const { settings, tally } = run.state;
  const { api, batchSize } = settings;
  const sums = tally ?? run.plan.progress.tally;
  const { update, upsert } = run.state.skipped;
  const conflicts = (sums?.conflicts ?? 0) + countRows(update.conflicts);
  const writes = { changes: result.records.changed - conflicts, history: result.history?.rows ?? 0 };
  // For a run recovered from its job, the values before are unknown.
  const topChanges = settings.source.kind === 'job' ? null : await largestChanges(run);
  return {
    result,
    topChanges: topChanges?.list ?? [],
    toWrite: writes.changes,
    fields: fieldsOf(settings),
    changedArticles: topChanges?.articles ?? 0,
    groups: await groupAll(run, 'update'),
    history: {
      created: sums?.history?.created ?? 0,
      conflicts: (sums?.history?.conflicts ?? 0) + countRows(upsert.conflicts),
      groups: await groupAll(run, 'upsert'),
    },
    notes: notesOn(run.state, result),
    next: nextSteps(run.state, result, given),
    details: verbose ? await readDetails(run) : null,
    api,
    requestsBy: requestsBy(run.state, writes),
    batches: batchesToWrite(api, writes, batchSize),
    limits,
  };
}

/** The API requests of the run with either API; only writing the changes differs. */
function requestsBy({ command, settings, end, forecast, apiUsed }: RunState, writes: Writes): RunView['requestsBy'] {
  const { api, batchSize, dryRun } = settings;
  const written = end?.state === 'Completed' || end?.state === 'CompletedWithFailures';
  if (command !== 'sync' || writes.changes + writes.history === 0 || !(dryRun || written)) return null;
  const whole = dryRun ? forecast : apiUsed;
  const by = (other: WriteApi): number => {
    const least = requestsToWrite(other, writes, batchSize);
    return other === api ? whole : Math.max(least, whole - requestsToWrite(api, writes, batchSize) + least);
  };
  return { rest: by('rest'), bulk: by('bulk') };
}

/**
 * Groups all failures, each with an example and its names by the plan. The journal is read for one only where the first
 * failures hold none of a status code.
 */
async function groupAll(run: OpenRun, operation: Operation): Promise<FailureGroup[]> {
  const { first, counts } = run.state.failures[operation];
  const missing = new Set(counts.keys());
  const examples: RowFailure[] = first.filter(({ statusCode }) => missing.delete(statusCode));
  if (missing.size > 0) {
    for await (const { failed } of readOutcomes(run.journalPath, operation)) {
      for (const failure of failed) if (missing.delete(failure.statusCode)) examples.push(failure);
      if (missing.size === 0) break;
    }
  }
  const named: (RowFailure & RefusedExample)[] = [];
  for (const failure of examples) named.push({ ...failure, ...(await articleOf(run, operation, failure)) });
  return groupFailures(counts, named);
}

/** The URL and the names of the article a refused row is of. */
async function articleOf(run: OpenRun, operation: Operation, { row }: RowFailure): Promise<Names & { url: string }> {
  let url = '';
  let names: Names = {};
  for await (const { changes } of run.part(operation).chunks([[row, row + 1]])) {
    for (const change of changes) [url, names] = [change.url, namesOf(change)];
  }
  return secrets.redactJson({ url, ...names });
}
