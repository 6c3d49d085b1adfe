import { OPERATIONS, type PlanTally, type RunEnd } from './run-facts.ts';
import { countOutcomes } from './run-rows.ts';
import { type RunState, stateOf } from './run-state.ts';

/** The end of a run whose outcomes are all known: `Completed` only if every row was written and no count is unavailable. */
export function finalState(state: RunState): RunEnd {
  const outcomes = OPERATIONS.map((operation) => countOutcomes(stateOf(state, operation)));
  const failed = outcomes.reduce((sum, some) => sum + some.failed, 0);
  const unprocessed = outcomes.reduce((sum, some) => sum + some.unprocessed, 0);
  if (unprocessed > 0 && state.batches.some((batch) => batch.state === 'NotProcessed')) return 'Aborted';
  return failed > 0 || unprocessed > 0 || countsMissing(state.tally) ? 'CompletedWithFailures' : 'Completed';
}

/** Whether a run was applied to its end, so that what it has not written it will not write. */
export const isApplied = (end: RunEnd | undefined): boolean =>
  end === 'Completed' || end === 'CompletedWithFailures' || end === 'Aborted';

/**
 * Whether some count is unavailable, as it failed or a budget was spent, or was not believed, or as no
 * record has a URL that services can be asked for. Single records without one do not count: they are part of every org.
 */
export function countsMissing(tally: PlanTally | null): boolean {
  return (
    allSkipped(tally) ||
    Object.values(tally?.services ?? {}).some(
      ({ failed, skipped, state }) => failed > 0 || skipped > 0 || state === 'looks-dead',
    )
  );
}

/** Whether there are records, and each of them was skipped for its URL. */
export function allSkipped(tally: Pick<PlanTally, 'queried' | 'skippedUrls'> | null): boolean {
  return tally !== null && tally.queried > 0 && tally.skippedUrls === tally.queried;
}
