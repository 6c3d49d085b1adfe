import type { Clock } from '../model/clock.ts';
import type { Range } from '../model/ranges.ts';
import type { Fact, Operation } from '../model/run-facts.ts';
import type { OperationState } from '../model/run-state.ts';
import type { PlanChunk } from './batches.ts';

/** One operation of a run, as stages see it: the update of records, or the upsert of their history. */
export type Run = {
  readonly clock: Clock;
  readonly operation: Operation;
  readonly state: OperationState;
  /** The number of batches of the run, over all operations. */
  readonly batchCount: number;
  /** Writes a fact. On return it is on disk and in `state`. */
  write(fact: Fact): Promise<void>;
  /** Reads the operation's rows at these positions of the plan. */
  chunks(ranges: readonly Range[]): AsyncIterable<PlanChunk>;
};

export async function idsOf(run: Run, rows: readonly Range[]): Promise<string[]> {
  const ids: string[] = [];
  for await (const { changes } of run.chunks(rows)) for (const { id } of changes) ids.push(id);
  return ids;
}
