import type { PlanStep } from '../model/plan.ts';
import type { PlanTally } from '../model/run-facts.ts';
import type { PlanChunk } from '../pipeline/batches.ts';
import { MemoryKeeper } from './memory.ts';
import type { OpenRun } from './open-run.ts';

/** Changes that were added to the plan; `wereDeferred` says whether they were counted some time before. */
export type PlannedChunk = PlanChunk & { readonly wereDeferred: boolean };

/**
 * Writes the steps of a run's plan down as they come and hands on the changes of each, so that batches can be sent while
 * counts are still coming in. When the last step is written the plan is complete; then `completed` is told its sums.
 */
export async function* recordPlan(
  run: OpenRun,
  steps: AsyncIterable<PlanStep>,
  observe: (tally: PlanTally) => void,
  completed: (tally: PlanTally) => Promise<void>,
): AsyncGenerator<PlannedChunk, void, undefined> {
  const memory = new MemoryKeeper();
  let last: PlanTally | undefined;
  for await (const step of steps) {
    const rows = await run.addStep(step);
    memory.check(step.tally.queried);
    last = step.tally;
    observe(step.tally);
    if (step.changes.length > 0) yield { rows: [rows], changes: step.changes, wereDeferred: step.releases };
  }
  if (!last) return;
  await run.plan.finish(last);
  await completed(last);
}
