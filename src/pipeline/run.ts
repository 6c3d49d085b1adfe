import type { Clock } from '../model/clock.ts';
import type { Range } from '../model/ranges.ts';
import type { Fact, Operation } from '../model/run-facts.ts';
import type { OperationState } from '../model/run-state.ts';
import type { PlanChunk } from './batches.ts';

/**
 * A run in the hands of a stage, as far as one operation goes, be it the update of records or the upsert of their history:
 * where it stands, how a fact is written down, how its rows are read. Stages do the same with either.
 */
export type Run = {
  readonly clock: Clock;
  readonly operation: Operation;
  readonly state: OperationState;
  /** How many batches the run has, whatever their operation. */
  readonly batchCount: number;
  /** Writes a fact where it happens: on return it is on disk and in `state`. */
  write(fact: Fact): Promise<void>;
  /** The rows of the operation at these positions of the plan. */
  chunks(ranges: readonly Range[]): AsyncIterable<PlanChunk>;
};

/** The ids of the rows at these positions of the plan. */
export async function idsOf(run: Run, rows: readonly Range[]): Promise<string[]> {
  const ids: string[] = [];
  for await (const { changes } of run.chunks(rows)) for (const { id } of changes) ids.push(id);
  return ids;
}
