import type { Row } from './data/table.ts';

/** A row-level error told beforehand. Without `ids` and `when` it meets every row; without `times` every attempt. */
export type Refusal = {
  readonly ids?: readonly string[];
  /** Sees the row as it would be after the update. */
  readonly when?: (row: Row) => boolean;
  readonly statusCode: string;
  readonly message: string;
  readonly fields?: readonly string[];
  /** How many attempts of each row are refused. */
  readonly times?: number;
};

/**
 * A batch that ends Failed: at once, or after its first records were committed. With `state: 'Completed'` it ends well
 * and carries the message all the same, as batches do that met locks or retries.
 */
export type BatchFailure = {
  readonly skip?: number;
  readonly afterRecords?: number;
  readonly state?: 'Failed' | 'Completed';
  readonly stateMessage: string;
  readonly times?: number;
};

type Attempts = {
  readonly rule: Refusal;
  readonly ids: Set<string> | undefined;
  readonly attempts: Map<string, number>;
};

/** Everything a test told the org to refuse or break. */
export class PlannedFaults {
  private readonly refusals: Attempts[] = [];
  private readonly locks = new Map<string, number>();
  private readonly races = new Map<string, number>();
  private readonly failures: { skip: number; times: number; readonly failure: BatchFailure }[] = [];

  public refuse(rule: Refusal): void {
    this.refusals.push({ rule, ids: rule.ids ? new Set(rule.ids) : undefined, attempts: new Map() });
  }

  public lock(ids: readonly string[], times: number): void {
    for (const id of ids) this.locks.set(id, times);
  }

  public race(keys: readonly string[], times: number): void {
    for (const key of keys) this.races.set(key, times);
  }

  public failBatch(failure: BatchFailure): void {
    this.failures.push({ skip: failure.skip ?? 0, times: failure.times ?? 1, failure });
  }

  /** Whether this attempt finds the row locked; uses up one attempt. */
  public takeLock(id: string): boolean {
    return take(this.locks, id);
  }

  /** Whether another upsert inserts this new key first; uses up one attempt. */
  public takeRace(key: string): boolean {
    return take(this.races, key);
  }

  /** The rule that refuses this attempt, if one does. `after` is only built when a rule needs to look. */
  public takeRefusal(id: string, after: () => Row): Refusal | undefined {
    for (const { rule, ids, attempts } of this.refusals) {
      if (ids && !ids.has(id)) continue;
      if (rule.when && !rule.when(after())) continue;
      const made = attempts.get(id) ?? 0;
      if (rule.times !== undefined && made >= rule.times) continue;
      attempts.set(id, made + 1);
      return rule;
    }
    return undefined;
  }

  /** The failure told for the batch that was just accepted. */
  public takeBatchFailure(): BatchFailure | undefined {
    const due = this.failures[0];
    if (!due) return undefined;
    if (due.skip > 0) {
      due.skip -= 1;
      return undefined;
    }
    due.times -= 1;
    if (due.times <= 0) this.failures.shift();
    return due.failure;
  }
}

function take(left: Map<string, number>, key: string): boolean {
  const times = left.get(key) ?? 0;
  if (times > 0) left.set(key, times - 1);
  return times > 0;
}
