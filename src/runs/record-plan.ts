import type { PlanStep } from '../model/plan.ts';
import type { PlanTally } from '../model/run-facts.ts';
import type { PlanChunk } from '../pipeline/batches.ts';
import { memory } from './memory.ts';
import type { OpenRun } from './open-run.ts';

/** Changes that were added to the plan; `wereDeferred` says that their records were read some time ago. */
export type PlannedChunk = PlanChunk & { readonly wereDeferred: boolean };

type PlanObserver = {
  /** Called with the sums after each step. */
  readonly observe: (tally: PlanTally) => void;
  /** Called when the plan is complete. */
  readonly completed: (tally: PlanTally) => Promise<void>;
};

/** Appends each step to the run's plan and yields its changes, so that batches are sent while counts still arrive. */
export async function* recordPlan(
  run: OpenRun,
  steps: AsyncIterable<PlanStep>,
  { observe, completed }: PlanObserver,
): AsyncGenerator<PlannedChunk, void, undefined> {
  let last: PlanTally | undefined;
  memory.begin();
  for await (const step of steps) {
    const rows = await run.addStep(step);
    memory.check();
    last = step.tally;
    observe(step.tally);
    if (step.changes.length > 0) yield { rows: [rows], changes: step.changes, wereDeferred: step.resolvesDeferred };
  }
  if (!last) return;
  await run.plan.finish(last);
  await completed(last);
}
