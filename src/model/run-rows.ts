import { countRows, joinRanges, type Range, subtractRanges } from './ranges.ts';
import { OPERATIONS } from './run-facts.ts';
import { type BatchState, type OperationState, type RunState, stateOf } from './run-state.ts';
import { NONE_SKIPPED, positionsOf } from './skipped-rows.ts';

/** Where one operation of a run stands: positions are counted for each by itself. */
type Sent = Pick<OperationState, 'batches' | 'skipped'>;

/**
 * Rows that are in no batch the org has: `unsent` never arrived, `again` are to be sent once more, in round `round`. A
 * batch of a later round that never arrived leaves its rows among `again`.
 */
export type WaitingRows = {
  readonly unsent: readonly Range[];
  readonly again: readonly Range[];
  readonly round: number;
};

/** The first position of the plan from which on no row was put in a batch or skipped. */
export function nextRow({ batches, skipped }: Sent): number {
  const next = positionsOf(skipped).at(-1)?.[1] ?? 0;
  return batches.reduce((most, { rows }) => Math.max(most, rows.at(-1)?.[1] ?? 0), next);
}

/** The rows that wait for a batch, though they were in one before. */
export function waitingRows({ batches, skipped }: Sent): WaitingRows {
  const arrived = batches.filter(({ phase, round }) => phase !== 'unsent' || round === 0);
  const again = leftBy({ batches: arrived, skipped }, ({ again }) => again);
  const round = Math.max(0, ...batches.filter((batch) => batch.again.length > 0).map((batch) => batch.round)) + 1;
  const unsent = leftBy({ batches, skipped }, ({ phase, round, rows }) =>
    phase === 'unsent' && round === 0 ? rows : [],
  );
  return { unsent, again, round };
}

/** All rows that were ever put in a batch, or skipped. */
export function takenRows({ batches, skipped }: Sent): readonly Range[] {
  const batched = leftBy({ batches, skipped: NONE_SKIPPED }, ({ rows }) => rows);
  return joinRanges(batched, subtractRanges(positionsOf(skipped), batched));
}

/** The rows the org was given and did not process, as after an aborted job. */
export function unprocessedRows(sent: Sent): readonly Range[] {
  return leftBy(sent, ({ unprocessed }) => unprocessed);
}

/** Whether the plan is complete, and what became of all its rows is known. */
export function isComplete(state: RunState): boolean {
  const { tally, batches } = state;
  if (!tally || batches.some(({ phase }) => phase === 'sending' || phase === 'sent')) return false;
  const waits = OPERATIONS.some((operation) => {
    const { unsent, again } = waitingRows(stateOf(state, operation));
    return unsent.length > 0 || again.length > 0;
  });
  return !waits && nextRow(stateOf(state, 'update')) === tally.changed - tally.conflicts;
}

/** What became of the rows so far. */
export function countOutcomes(sent: Sent): {
  updated: number;
  failed: number;
  unprocessed: number;
} {
  const { batches } = sent;
  return {
    updated: batches.reduce((sum, batch) => sum + batch.updated, 0),
    failed: batches.reduce((sum, batch) => sum + batch.failed, 0),
    unprocessed: countRows(unprocessedRows(sent)),
  };
}

/** What each batch leaves over, less what later batches took up, and what was skipped. */
function leftBy({ batches, skipped }: Sent, leftover: (batch: BatchState) => readonly Range[]): readonly Range[] {
  let left: Range[] = [];
  for (const batch of batches) left = joinRanges(subtractRanges(left, batch.rows), leftover(batch));
  return subtractRanges(left, positionsOf(skipped));
}
