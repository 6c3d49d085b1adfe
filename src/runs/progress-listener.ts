import type { PlanTally } from '../model/run-facts.ts';
import type { RunState } from '../model/run-state.ts';

/** Receives the progress of a run. */
export type ProgressListener = {
  /** The state after each fact. */
  run(state: RunState): void;
  /** The sums of the plan as it grows. */
  plan(tally: PlanTally): void;
  /** The number of records to read. */
  total(records: number): void;
  notify(text: string): void;
  warn(text: string): void;
};
