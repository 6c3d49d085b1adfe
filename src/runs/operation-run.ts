import { type Range, subtractRanges, toRanges } from '../model/ranges.ts';
import type { Fact, Operation, OutcomeFact } from '../model/run-facts.ts';
import { batchOf, type OperationState, type RunState, stateOf } from '../model/run-state.ts';
import type { PlanChunk } from '../pipeline/batches.ts';
import type { Clock } from '../model/clock.ts';
import type { Run } from '../pipeline/run.ts';
import type { PlanFile } from '../journal/plan-file.ts';

/** A run with both of its operations. */
type WholeRun = Pick<Run, 'clock' | 'write'> & { readonly state: RunState; readonly plan: PlanFile };

/** One operation of an open run, as the stages of the pipeline see it. */
export class OperationRun implements Run {
  public readonly operation: Operation;
  private readonly run: WholeRun;

  public constructor(run: WholeRun, operation: Operation) {
    this.run = run;
    this.operation = operation;
  }

  public get clock(): Clock {
    return this.run.clock;
  }

  public get state(): OperationState {
    return stateOf(this.run.state, this.operation);
  }

  public get batchCount(): number {
    return this.run.state.batches.length;
  }

  public chunks(ranges: readonly Range[]): AsyncIterable<PlanChunk> {
    return this.operation === 'upsert' ? this.run.plan.history(ranges) : this.run.plan.chunks(ranges);
  }

  /** Writes a fact, with what an upsert adds to it, so that the stages don't have to know. */
  public async write(fact: Fact): Promise<void> {
    if (this.operation === 'update') return this.run.write(fact);
    switch (fact.fact) {
      case 'opening':
      case 'job':
      case 'sending':
      case 'skipped':
        return this.run.write({ ...fact, operation: this.operation });
      case 'outcome':
        return this.run.write({ ...fact, created: await this.countCreated(fact) });
      default:
        return this.run.write(fact);
    }
  }

  /** The number of written rows that didn't exist when the plan was made. */
  private async countCreated({ batch, failed, again, unprocessed }: OutcomeFact): Promise<number> {
    const refused = toRanges(failed.map(({ row }) => row));
    const { rows } = batchOf(this.run.state, batch);
    const written = [refused, again, unprocessed].reduce<readonly Range[]>(subtractRanges, rows);
    let created = 0;
    for await (const { changes } of this.run.plan.history(written)) {
      created += changes.filter(({ isNew }) => isNew).length;
    }
    return created;
  }
}
