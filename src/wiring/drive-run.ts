import { requestsToWrite, type Writes } from '../model/requests.ts';
import type { OrgLimits } from '../model/org-limits.ts';
import type { PlanStep } from '../model/plan.ts';
import type { Operation, PlanTally, RunEnd } from '../model/run-facts.ts';
import { nextRow } from '../model/run-rows.ts';
import type { RunState } from '../model/run-state.ts';
import { verdict } from '../model/verdict.ts';
import { applyPlan } from '../pipeline/apply.ts';
import type { PlanSlice } from '../pipeline/batches.ts';
import { remainingHistory } from './remaining-history.ts';
import { openTransport } from './open-transport.ts';
import type { OpenOrg } from './org.ts';
import type { OpenRun } from './open-run.ts';
import { recordPlan } from './record-plan.ts';
import { requireLeft } from './require-left.ts';

/**
 * Who watches a run: told of each fact, of the plan as it grows, of how many records there are, of what is good to know, and
 * of what deserves a warning.
 */
export type Watcher = {
  run(state: RunState): void;
  plan(tally: PlanTally): void;
  total?(records: number): void;
  tell?(text: string): void;
  warn(text: string): void;
};

export type Planning = {
  /** What is still to be planned; `null` where the plan is complete. */
  readonly steps: AsyncIterable<PlanStep> | null;
  /** About how many records the whole plan is made of; `null` where nobody knows. */
  readonly records: number | null;
  /** Ends the planning, where it asks others, as soon as nothing more is to be sent. */
  readonly stop?: () => void;
};

export type DriveOptions = Planning & {
  /** What the org has left, where that was asked. */
  readonly limits?: OrgLimits | null;
  /** Milliseconds to wait for the jobs; `null` returns once all batches are accepted. */
  readonly waitMs: number | null;
  readonly watcher: Watcher;
  readonly signal: AbortSignal;
};

/**
 * Brings a run from wherever it stands to its end: what `sync`, `sync --plan`, `resume` and `undo` have in common. Rows of
 * the history are sent when the update of the records has ended: writing them locks the records.
 */
export async function driveRun(run: OpenRun, org: OpenOrg, options: DriveOptions): Promise<RunEnd> {
  if (run.state.settings.dryRun) {
    await planRun(run, options);
    return 'Planned';
  }
  const deadline = deadlineOf(run, options.waitMs);
  const apply = (operation: Operation, changes: AsyncIterable<PlanSlice>): Promise<boolean> =>
    applyPlan(run.part(operation), openTransport(org.session, run.state.settings, operation), {
      changes,
      stop: options.stop,
      beforeFirst: () => requireLeft(run, org, options),
      deadline,
      signal: options.signal,
    });
  if (!(await apply('update', remainingChanges(run, options)))) return 'InProgress';
  // Whoever aborted the update wants no more of the run, for now.
  const updated = verdict(run.state);
  if (updated === 'Aborted' || run.plan.historySize === 0) return updated;
  if (!(await apply('upsert', remainingHistory(run)))) return 'InProgress';
  return verdict(run.state);
}

/** The time until which outcomes are waited for, from the first wait on; `null` where there is to be none. */
function deadlineOf({ clock }: OpenRun, waitMs: number | null): () => number | null {
  let deadline: number | undefined;
  return () => (waitMs === null ? null : (deadline ??= clock.now() + waitMs));
}

/** Makes the plan whole without sending anything. */
export async function planRun(
  run: OpenRun,
  { steps, watcher }: Pick<DriveOptions, 'steps' | 'watcher'>,
): Promise<void> {
  if (steps) for await (const slice of planned(run, steps, watcher)) void slice;
}

/** The changes that were in no batch yet: first those planned before, then those still to be planned. */
async function* remainingChanges(
  run: OpenRun,
  { steps, watcher }: DriveOptions,
): AsyncGenerator<PlanSlice, void, undefined> {
  yield* run.plan.slices([[nextRow(run.part('update').state), run.plan.size]]);
  if (steps) yield* planned(run, steps, watcher);
}

function planned(run: OpenRun, steps: AsyncIterable<PlanStep>, watcher: Watcher): AsyncIterable<PlanSlice> {
  return recordPlan(
    run,
    steps,
    (tally) => watcher.plan(tally),
    (tally) => notePlanned(run, tally),
  );
}

/** Writes down that the plan is complete, and what the whole run takes in API requests. */
async function notePlanned(run: OpenRun, tally: PlanTally): Promise<void> {
  const { api, batchSize } = run.state.settings;
  const sent = run.state.batches.length + run.state.jobs.length;
  const requests = requestsToWrite(api, writesOf(tally), batchSize);
  await run.write({ fact: 'planned', tally, forecast: run.requests + Math.max(0, requests - sent) });
}

/** What a plan writes, by its sums. */
export const writesOf = ({ changed, conflicts, history }: PlanTally): Writes => ({
  changes: changed - conflicts,
  history: history?.rows ?? 0,
});
