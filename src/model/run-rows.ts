import { countRows, joinRanges, type Range, subtractRanges } from './ranges.ts';
import { OPERATIONS } from './run-facts.ts';
import { type BatchState, type RunState, stateOf } from './run-state.ts';

/** Where one operation of a run stands: positions are counted for each by itself. */
type Sent = Pick<RunState, 'batches'>;

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
export function nextRow({ batches }: Sent): number {
  return batches.reduce((next, batch) => Math.max(next, batch.rows.at(-1)?.[1] ?? 0), 0);
}

/** The rows that wait for a batch, though they were in one before. */
export function waitingRows({ batches }: Sent): WaitingRows {
  const again = leftBy(
    batches.filter(({ phase, round }) => phase !== 'unsent' || round === 0),
    ({ again }) => again,
  );
  const round = Math.max(0, ...batches.filter((batch) => batch.again.length > 0).map((batch) => batch.round)) + 1;
  const unsent = leftBy(batches, ({ phase, round, rows }) => (phase === 'unsent' && round === 0 ? rows : []));
  return { unsent, again, round };
}

/** All rows that were ever put in a batch. */
export const batchedRows = ({ batches }: Sent): readonly Range[] => leftBy(batches, ({ rows }) => rows);

/** The rows the org was given and did not process, as after an aborted job. */
export function unprocessedRows({ batches }: Sent): readonly Range[] {
  return leftBy(batches, ({ unprocessed }) => unprocessed);
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
export function countOutcomes({ batches }: Sent): {
  updated: number;
  failed: number;
  unprocessed: number;
} {
  return {
    updated: batches.reduce((sum, batch) => sum + batch.updated, 0),
    failed: batches.reduce((sum, batch) => sum + batch.failed, 0),
    unprocessed: countRows(unprocessedRows({ batches })),
  };
}

/** What each batch leaves over, less what later batches took up. */
function leftBy(batches: readonly BatchState[], leftover: (batch: BatchState) => readonly Range[]): readonly Range[] {
  let left: Range[] = [];
  for (const batch of batches) left = joinRanges(subtractRanges(left, batch.rows), leftover(batch));
  return left;
}
