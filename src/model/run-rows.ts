import { countRows, joinRanges, type Range, subtractRanges } from './ranges.ts';
import { OPERATIONS } from './run-facts.ts';
import { type BatchState, type OperationState, type RunState, stateOf } from './run-state.ts';
import { NONE_SKIPPED, positionsOf } from './skipped-rows.ts';

/** The progress of one operation. Each operation has its own positions. */
type Sent = Pick<OperationState, 'batches' | 'skipped'>;

/**
 * Rows that aren't in any batch of the org: `unsent` never arrived; `retryRows` are to be retried, in `attempt`. If a
 * retry never arrives, its rows stay in `retryRows`.
 */
export type WaitingRows = {
  readonly unsent: readonly Range[];
  readonly retryRows: readonly Range[];
  readonly attempt: number;
};

/** The first position of the plan from which no row was put in a batch or skipped. */
export function nextRow({ batches, skipped }: Sent): number {
  const next = positionsOf(skipped).at(-1)?.[1] ?? 0;
  return batches.reduce((most, { rows }) => Math.max(most, rows.at(-1)?.[1] ?? 0), next);
}

/** Rows that were in a batch and must be sent again. */
export function waitingRows({ batches, skipped }: Sent): WaitingRows {
  const arrived = batches.filter(({ phase, attempt }) => phase !== 'unsent' || attempt === 0);
  const retryRows = leftBy({ batches: arrived, skipped }, (batch) => batch.retryRows);
  const attempt =
    Math.max(0, ...batches.filter((batch) => batch.retryRows.length > 0).map((batch) => batch.attempt)) + 1;
  const unsent = leftBy({ batches, skipped }, ({ phase, attempt, rows }) =>
    phase === 'unsent' && attempt === 0 ? rows : [],
  );
  return { unsent, retryRows, attempt };
}

/** All rows that were put in a batch or skipped. */
export function takenRows({ batches, skipped }: Sent): readonly Range[] {
  const batched = leftBy({ batches, skipped: NONE_SKIPPED }, ({ rows }) => rows);
  return joinRanges(batched, subtractRanges(positionsOf(skipped), batched));
}

/** Rows the org received and did not process, for example after the job was aborted. */
export function unprocessedRows(sent: Sent): readonly Range[] {
  return leftBy(sent, ({ unprocessed }) => unprocessed);
}

/** Whether the plan is complete and the outcome of every row is known. */
export function isComplete(state: RunState): boolean {
  const { tally, batches } = state;
  if (!tally || batches.some(({ phase }) => phase === 'sending' || phase === 'sent')) return false;
  const waits = OPERATIONS.some((operation) => {
    const { unsent, retryRows } = waitingRows(stateOf(state, operation));
    return unsent.length > 0 || retryRows.length > 0;
  });
  return !waits && nextRow(stateOf(state, 'update')) === tally.changed - tally.conflicts;
}

/** The sums of the outcomes so far. */
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

/** The rows each batch left, without those that later batches took and those that were skipped. */
function leftBy({ batches, skipped }: Sent, leftover: (batch: BatchState) => readonly Range[]): readonly Range[] {
  let left: Range[] = [];
  for (const batch of batches) left = joinRanges(subtractRanges(left, batch.rows), leftover(batch));
  return subtractRanges(left, positionsOf(skipped));
}
