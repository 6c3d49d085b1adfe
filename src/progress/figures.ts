import { countRows } from '../model/ranges.ts';
import { OPERATIONS, type PlanTally, type RunEnd } from '../model/run-facts.ts';
import { countOutcomes } from '../model/run-rows.ts';
import { type RunState, stateOf } from '../model/run-state.ts';

/** The figures of a run's progress. */
export type Figures = {
  readonly phase: 'counts' | 'batches' | 'results';
  /** Records whose lookup ended, with or without counts; and the number of records, once known. */
  readonly counted: number;
  readonly total: number | null;
  /** Whether all records are counted, so that `toWrite` is final. */
  readonly planned: boolean;
  /** Rows to write: changed records, and their history. */
  readonly toWrite: number;
  /** Batches the org has accepted, and the rows in them, without those that are retried. */
  readonly batches: number;
  readonly rows: number;
  /** Batches whose outcome is known, and rows that were written or refused. */
  readonly completed: number;
  readonly updated: number;
  readonly failed: number;
  readonly job: string | null;
};

/** Shows figures. `stop` gets the last figures and how the run ended; `null` if it failed with an error. */
export type Display = { show(figures: Figures): void; stop(end: RunEnd | null, figures: Figures): void };

/** Calculates the figures from the facts so far; either part may be missing. */
export function toFigures(
  state: RunState | undefined,
  tally: PlanTally | undefined,
  total: number | null = null,
): Figures {
  const parts = state ? OPERATIONS.map((operation) => countOutcomes(stateOf(state, operation))) : [];
  const sumOf = (what: 'updated' | 'failed'): number => parts.reduce((sum, part) => sum + part[what], 0);
  const sent = state?.batches.filter(({ phase }) => phase === 'sent' || phase === 'settled') ?? [];
  const sums = tally ?? state?.tally;
  const planned = (sums?.changed ?? 0) - (sums?.conflicts ?? 0) + (sums?.history?.rows ?? 0);
  const skipped = OPERATIONS.flatMap((operation) => Object.values(state?.skipped[operation] ?? {}));
  const toWrite = planned - countRows(skipped.flat());
  const rows = sent.reduce(
    (sum, batch) => sum + countRows(batch.rows) - countRows(batch.retryRows) - countRows(batch.unprocessed),
    0,
  );
  return {
    phase: phaseOf(state, rows < toWrite),
    counted: sums?.queried ?? 0,
    total,
    planned: Boolean(state?.tally),
    toWrite,
    batches: sent.length,
    rows,
    completed: sent.filter(({ phase }) => phase === 'settled').length,
    updated: sumOf('updated'),
    failed: sumOf('failed'),
    job: state?.jobs.at(-1)?.id ?? null,
  };
}

function phaseOf(state: RunState | undefined, unsent: boolean): Figures['phase'] {
  if (!state?.tally) return 'counts';
  const sending = state.settings.api === 'rest' ? unsent : state.jobs.some((job) => job.state === 'Open');
  return sending ? 'batches' : 'results';
}
