import { countRows, joinRanges, type Range, subtractRanges } from './ranges.ts';
import type { BatchState, RunState } from './run-state.ts';

/**
 * Rows that are in no batch the org has: `unsent` never arrived, `again` are to be sent once more, in round `round`. A
 * batch of a later round that never arrived leaves its rows among `again`.
 */
export type WaitingRows = {
  readonly unsent: readonly Range[];
  readonly again: readonly Range[];
  readonly round: number;
};

/** The first position of the plan that was never put in a batch. */
export function nextRow(state: RunState): number {
  return state.batches.reduce((next, batch) => Math.max(next, batch.rows.at(-1)?.[1] ?? 0), 0);
}

/** The rows that wait for a batch, though they were in one before. */
export function waitingRows(state: RunState): WaitingRows {
  const again = leftBy(
    state.batches.filter(({ phase, round }) => phase !== 'unsent' || round === 0),
    ({ again }) => again,
  );
  const round = Math.max(0, ...state.batches.filter((batch) => batch.again.length > 0).map((batch) => batch.round)) + 1;
  const unsent = leftBy(state.batches, ({ phase, round, rows }) => (phase === 'unsent' && round === 0 ? rows : []));
  return { unsent, again, round };
}

/** The rows the org was given and did not process, as after an aborted job. */
export function unprocessedRows(state: RunState): readonly Range[] {
  return leftBy(state.batches, ({ unprocessed }) => unprocessed);
}

/** Whether the plan is complete, and what became of all its rows is known. */
export function isSettled(state: RunState): boolean {
  const { tally, batches } = state;
  if (!tally || batches.some(({ phase }) => phase === 'sending' || phase === 'sent')) return false;
  const { unsent, again } = waitingRows(state);
  return unsent.length === 0 && again.length === 0 && nextRow(state) === tally.changed - tally.conflicts;
}

/** What became of the rows so far. */
export function countOutcomes(state: RunState): { updated: number; failed: number; unprocessed: number } {
  return {
    updated: state.batches.reduce((sum, batch) => sum + batch.updated, 0),
    failed: state.batches.reduce((sum, batch) => sum + batch.failed, 0),
    unprocessed: countRows(unprocessedRows(state)),
  };
}

/** What each batch leaves over, less what later batches took up. */
function leftBy(batches: readonly BatchState[], leftover: (batch: BatchState) => readonly Range[]): readonly Range[] {
  let left: Range[] = [];
  for (const batch of batches) left = joinRanges(subtractRanges(left, batch.rows), leftover(batch));
  return left;
}
