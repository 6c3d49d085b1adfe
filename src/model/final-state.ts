import { OPERATIONS, type PlanTally, type RunEnd } from './run-facts.ts';
import { countOutcomes } from './run-rows.ts';
import { type RunState, stateOf } from './run-state.ts';

/**
 * The end of a run whose outcomes are all known: `Completed` only if every row was written and no count is unavailable.
 */
export function finalState(state: RunState): RunEnd {
  const outcomes = OPERATIONS.map((operation) => countOutcomes(stateOf(state, operation)));
  const failed = outcomes.reduce((sum, some) => sum + some.failed, 0);
  const unprocessed = outcomes.reduce((sum, some) => sum + some.unprocessed, 0);
  if (unprocessed > 0 && state.batches.some((batch) => batch.state === 'NotProcessed')) return 'Aborted';
  return failed > 0 || unprocessed > 0 || countsMissing(state.tally) ? 'CompletedWithFailures' : 'Completed';
}

/** Whether a run was applied to its end, so that it will write nothing more. */
export const isApplied = (end: RunEnd | undefined): boolean =>
  end === 'Completed' || end === 'CompletedWithFailures' || end === 'Aborted';

/**
 * Whether a count is unavailable because it failed, a budget was spent, or a service returned invalid data; or because
 * no record has a valid URL. Single records without a valid URL don't count: every org has some.
 */
export function countsMissing(tally: PlanTally | null): boolean {
  return (
    allSkipped(tally) ||
    Object.values(tally?.services ?? {}).some(
      ({ failed, skipped, state }) => failed > 0 || skipped > 0 || state === 'looks-dead',
    )
  );
}

/** Whether there are records and all were skipped because of their URLs. */
export function allSkipped(tally: Pick<PlanTally, 'queried' | 'skippedUrls'> | null): boolean {
  return tally !== null && tally.queried > 0 && tally.skippedUrls === tally.queried;
}
