import { countRows } from '../model/ranges.ts';
import type { PlanTally } from '../model/run-facts.ts';
import { countOutcomes } from '../model/run-rows.ts';
import type { RunState } from '../model/run-state.ts';
import { jobUrl } from '../report/result.ts';

/** Where a run stands, in the figures people follow. */
export type Figures = {
  readonly phase: 'counts' | 'batches' | 'results';
  readonly counted: number;
  readonly changed: number;
  /** Batches the org has accepted, and rows in them. */
  readonly batches: number;
  readonly rows: number;
  readonly settled: number;
  readonly updated: number;
  readonly failed: number;
  readonly job: string | null;
  readonly jobUrl: string | null;
};

/** Reads the figures from the facts so far; either part may not be there yet. */
export function toFigures(state: RunState | undefined, tally: PlanTally | undefined): Figures {
  const sent = state?.batches.filter(({ phase }) => phase === 'sent' || phase === 'settled') ?? [];
  const outcomes = state ? countOutcomes(state) : { updated: 0, failed: 0 };
  const job = state?.jobs.at(-1)?.id ?? null;
  return {
    phase: phaseOf(state),
    counted: tally?.queried ?? state?.tally?.queried ?? 0,
    changed: tally?.changed ?? state?.tally?.changed ?? 0,
    batches: sent.length,
    rows: sent.reduce((sum, { rows }) => sum + countRows(rows), 0),
    settled: sent.filter(({ phase }) => phase === 'settled').length,
    updated: outcomes.updated,
    failed: outcomes.failed,
    job,
    jobUrl: state && job !== null ? jobUrl(state.org.instanceUrl, job) : null,
  };
}

function phaseOf(state: RunState | undefined): Figures['phase'] {
  if (!state?.tally) return 'counts';
  return state.jobs.some((job) => job.state === 'Open') ? 'batches' : 'results';
}
