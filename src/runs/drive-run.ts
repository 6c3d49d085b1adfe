import { requestsToWrite, type Writes } from '../model/requests.ts';
import type { OrgLimits } from '../model/org-limits.ts';
import type { PlanStep } from '../model/plan.ts';
import type { Range } from '../model/ranges.ts';
import type { Operation, PlanTally, RunEnd } from '../model/run-facts.ts';
import { nextRow } from '../model/run-rows.ts';
import { finalState } from '../model/final-state.ts';
import { applyPlan } from '../pipeline/apply.ts';
import type { PlanChunk } from '../pipeline/batches.ts';
import { historyLeft } from './remaining-history.ts';
import { openTransport } from './open-transport.ts';
import type { OpenRun } from './open-run.ts';
import { type PlannedChunk, recordPlan } from './record-plan.ts';
import type { ProgressListener } from './progress-listener.ts';
import type { RunContext } from './run-context.ts';
import { requireLeft } from './require-left.ts';
import type { Revalidation } from './revalidation.ts';

export type Planning = {
  /** The remaining planning; `null` if the plan is complete. */
  readonly steps: AsyncIterable<PlanStep> | null;
  /** The approximate number of records of the whole plan; `null` if unknown. */
  readonly records: number | null;
  /** Stops planning as soon as nothing more is sent. */
  readonly stop?: () => void;
};

export type DriveOptions = Planning & {
  /** Compares rows that an earlier process planned with the org; `null` if there was none. */
  readonly revalidation?: Revalidation | null;
  /** What the org has left; `null` if it was not asked. */
  readonly limits?: OrgLimits | null;
  /** Milliseconds to wait for the jobs; `null` returns once all batches are accepted. */
  readonly waitMs: number | null;
};

/**
 * Takes a run from any state to its end, for `sync`, `sync --plan`, `resume`, and `undo`. History rows are sent when
 * the update has ended, because writing them locks the records.
 */
export async function driveRun(context: RunContext, run: OpenRun, options: DriveOptions): Promise<RunEnd> {
  const { org, progress, signal } = context;
  if (run.state.settings.dryRun) {
    await planRun(context, run, options.steps);
    return 'Planned';
  }
  const deadline = deadlineOf(run, options.waitMs);
  const apply = (operation: Operation, changes: AsyncIterable<PlanChunk>): Promise<boolean> =>
    applyPlan(run.part(operation), openTransport(org.session, run.state.settings, operation), {
      changes,
      read: (ranges) => stillToSend(operation, ranges, run.part(operation).chunks(ranges), options.revalidation),
      stop: options.stop,
      beforeFirst: () => requireLeft(run, org, options),
      deadline,
      signal,
    });
  if (!(await apply('update', remainingChanges(run, options, progress)))) return 'InProgress';
  // If the update was aborted, the history isn't sent.
  const updated = finalState(run.state);
  if (updated === 'Aborted' || run.plan.historySize === 0) return updated;
  const left = await historyLeft(run);
  const rows = stillToSend('upsert', left, run.plan.history(left), options.revalidation);
  if (!(await apply('upsert', rows))) return 'InProgress';
  return finalState(run.state);
}

/** The time until which outcomes are awaited, counted from the first wait; `null` to not wait. */
function deadlineOf({ clock }: OpenRun, waitMs: number | null): () => number | null {
  let deadline: number | undefined;
  return () => (waitMs === null ? null : (deadline ??= clock.now() + waitMs));
}

/** Completes the plan without sending anything. */
export async function planRun(
  { progress }: Pick<RunContext, 'progress'>,
  run: OpenRun,
  steps: Planning['steps'],
): Promise<void> {
  if (steps) for await (const chunk of planned(run, steps, progress)) void chunk;
}

/** The changes that aren't in a batch yet: first those already planned, then those still to plan. */
async function* remainingChanges(
  run: OpenRun,
  { steps, revalidation }: DriveOptions,
  progress: ProgressListener,
): AsyncGenerator<PlanChunk, void, undefined> {
  const left: readonly Range[] = [[nextRow(run.part('update').state), run.plan.size]];
  yield* stillToSend('update', left, run.plan.chunks(left), revalidation);
  if (!steps) return;
  for await (const chunk of planned(run, steps, progress)) {
    if (revalidation && chunk.wereDeferred) yield* revalidation.keepValidDeferred(chunk);
    else yield chunk;
  }
}

/** Planned rows that must still be sent. */
const stillToSend = (
  operation: Operation,
  ranges: readonly Range[],
  chunks: AsyncIterable<PlanChunk>,
  revalidation: DriveOptions['revalidation'],
): AsyncIterable<PlanChunk> => revalidation?.keepValid(operation, ranges, chunks) ?? chunks;

function planned(
  run: OpenRun,
  steps: AsyncIterable<PlanStep>,
  progress: ProgressListener,
): AsyncIterable<PlannedChunk> {
  return recordPlan(run, steps, {
    observe: (tally) => progress.plan(tally),
    completed: (tally) => notePlanned(run, tally),
  });
}

/** Records that the plan is complete, and the API requests that the whole run takes. */
async function notePlanned(run: OpenRun, tally: PlanTally): Promise<void> {
  const { api, batchSize } = run.state.settings;
  const sent = run.state.batches.length + run.state.jobs.length;
  const requests = requestsToWrite(api, writesOf(tally), batchSize);
  await run.write({ fact: 'planned', tally, forecast: run.requests + Math.max(0, requests - sent) });
}

/** The rows a plan writes, from its sums. */
export const writesOf = ({ changed, conflicts, history }: PlanTally): Writes => ({
  changes: changed - conflicts,
  history: history?.rows ?? 0,
});
