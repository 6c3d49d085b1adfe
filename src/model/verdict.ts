import type { PlanTally, RunEnd } from './run-facts.ts';
import { countOutcomes } from './run-rows.ts';
import type { RunState } from './run-state.ts';

/** How a run ended whose batches are all settled: well only if every row was written and every count was had. */
export function verdict(state: RunState): RunEnd {
  const { failed, unprocessed } = countOutcomes(state);
  if (unprocessed > 0 && state.batches.some((batch) => batch.state === 'NotProcessed')) return 'Aborted';
  return failed > 0 || unprocessed > 0 || countsMissing(state.tally) ? 'CompletedWithFailures' : 'Completed';
}

/** Whether some count that was wanted could not be had, as it failed or a budget was spent, or was not believed. */
export function countsMissing(tally: PlanTally | null): boolean {
  return Object.values(tally?.services ?? {}).some(
    ({ failed, skipped, state }) => failed > 0 || skipped > 0 || state === 'looks-dead',
  );
}
