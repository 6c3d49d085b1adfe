import type { Range } from '../model/ranges.ts';
import type { Fact } from '../model/run-facts.ts';
import type { RunState } from '../model/run-state.ts';
import type { PlanSlice } from './batches.ts';

/** Time, in milliseconds since the epoch; `wait` rejects as soon as the signal aborts. */
export type Clock = { now(): number; wait(ms: number, signal: AbortSignal): Promise<void> };

/** A run in the hands of a stage: where it stands, how a fact is written down, how its plan is read. */
export type Run = {
  readonly clock: Clock;
  readonly state: RunState;
  /** Writes a fact where it happens: on return it is on disk and in `state`. */
  write(fact: Fact): Promise<void>;
  /** The changes at these positions of the plan. */
  slices(ranges: readonly Range[]): AsyncIterable<PlanSlice>;
};

/** The record ids at these positions of the plan. */
export async function idsOf(run: Run, rows: readonly Range[]): Promise<string[]> {
  const ids: string[] = [];
  for await (const { changes } of run.slices(rows)) for (const { id } of changes) ids.push(id);
  return ids;
}
