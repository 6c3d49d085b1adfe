import type { PlanProgress } from '../model/plan.ts';
import type { Range } from '../model/ranges.ts';
import { Stretches } from '../model/stretches.ts';
import type { Place } from './json-lines.ts';
import type { PlanEnd, StepSummary } from './plan-step.ts';

export type StepPlace = Place & { readonly from: number; readonly to: number };

/** Where the steps of a plan stand in its file. */
export class PlanIndex {
  public readonly steps: StepPlace[] = [];
  public readonly held: StepPlace[] = [];
  public readonly stretches = new Stretches();
  public released = 0;
  public keyPrefix: string | null = null;
  public size = 0;
  public progress: PlanProgress = { through: null, tally: null, complete: false };

  public note(line: StepSummary | PlanEnd, place: Place): Range {
    if ('end' in line) {
      this.progress = { ...this.progress, tally: line.tally, complete: true };
      return [this.size, this.size];
    }
    const step = { ...place, from: this.size, to: this.size + line.changes };
    if (line.changes > 0) this.steps.push(step);
    if (line.held > 0) this.held.push(step);
    if (line.releases) this.released += 1;
    this.stretches.join(line.stretches);
    this.size = step.to;
    this.progress = { through: line.through ?? this.progress.through, tally: line.tally, complete: false };
    return [step.from, step.to];
  }
}
