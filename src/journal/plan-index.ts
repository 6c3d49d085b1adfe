import { bylineError } from '../errors.ts';
import type { PlanProgress } from '../model/plan.ts';
import type { Range } from '../model/ranges.ts';
import { AscendingRuns } from '../model/ascending-runs.ts';
import type { Place } from './json-lines.ts';
import type { PlanEnd, StepSummary } from './plan-step.ts';

export type StepPlace = Place & { readonly from: number; readonly to: number };

/** The least number of changes and history rows of a plan that were sent. */
export type SentCounts = { readonly changes: number; readonly history: number };

/** Where the steps of a plan are in its file. */
export class PlanIndex {
  public readonly steps: StepPlace[] = [];
  public readonly deferred: StepPlace[] = [];
  /** The places of history rows, by their own positions. */
  public readonly history: StepPlace[] = [];
  public historySize = 0;
  public readonly idRuns = new AscendingRuns();
  public readonly historyRuns = new AscendingRuns();
  public resolved = 0;
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
    if (line.deferred > 0) this.deferred.push(step);
    if (line.history) {
      const from = this.historySize;
      this.historySize += line.history;
      this.history.push({ ...place, from, to: this.historySize });
    }
    if (line.resolvesDeferred) this.resolved += 1;
    this.idRuns.join(line.idRuns);
    this.historyRuns.join(line.historyRuns ?? []);
    this.size = step.to;
    this.progress = { through: line.through ?? this.progress.through, tally: line.tally, complete: false };
    return [step.from, step.to];
  }

  /** Throws an error naming the plan if it has fewer rows than were sent. */
  public requireRows(path: string, { changes, history }: SentCounts): void {
    const { size, historySize } = this;
    if (size < changes) throw bylineError('planDamaged', [path, `it has ${size} changes, but ${changes} were sent`]);
    if (historySize >= history) return;
    const what = `it has ${historySize} rows of the history, but ${history} were sent`;
    throw bylineError('planDamaged', [path, what]);
  }
}

/** The steps that contain these positions, each with its part of them. */
export function* stepsWith(
  steps: readonly StepPlace[],
  ranges: readonly Range[],
): Generator<StepPlace & { rows: Range[] }, void, undefined> {
  let at = 0;
  for (const step of steps) {
    const rows: Range[] = [];
    for (; at < ranges.length && ranges[at]![0] < step.to; at += 1) {
      const [from, to] = ranges[at]!;
      rows.push([Math.max(from, step.from), Math.min(to, step.to)]);
      // The rest of this range is in the next step.
      if (to > step.to) break;
    }
    if (rows.length > 0) yield { ...step, rows };
  }
}
