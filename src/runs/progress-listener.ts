import type { PlanTally } from '../model/run-facts.ts';
import type { RunState } from '../model/run-state.ts';

/** Receives the progress of a run: each fact, the plan as it grows, the number of records, notices and warnings. */
export type ProgressListener = {
  run(state: RunState): void;
  plan(tally: PlanTally): void;
  total(records: number): void;
  notify(text: string): void;
  warn(text: string): void;
};
