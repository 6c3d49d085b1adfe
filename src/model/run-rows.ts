import { countRows, joinRanges, type Range, subtractRanges } from './ranges.ts';
import type { BatchState, RunState } from './run-state.ts';

/** Rows that are in no batch the org has: `unsent` never arrived, `again` are to be sent once more, in round `round`. */
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
  const again = leftBy(state, (batch) => batch.again);
  const round = Math.max(0, ...state.batches.filter((batch) => batch.again.length > 0).map((batch) => batch.round)) + 1;
  return { unsent: leftBy(state, (batch) => (batch.phase === 'unsent' ? batch.rows : [])), again, round };
}

/** The rows the org was given and did not process, as after an aborted job. */
export function unprocessedRows(state: RunState): readonly Range[] {
  return leftBy(state, (batch) => batch.unprocessed);
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
function leftBy(state: RunState, leftover: (batch: BatchState) => readonly Range[]): readonly Range[] {
  let left: Range[] = [];
  for (const batch of state.batches) left = joinRanges(subtractRanges(left, batch.rows), leftover(batch));
  return left;
}
