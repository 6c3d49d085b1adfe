import { historyKey, type HistorySettings, type HistoryTally, NO_HISTORY, recordOf } from '../model/history.ts';
import { isName } from '../model/names.ts';
import type { PlanHeader } from '../model/plan.ts';
import { hasChecksum, toLongId } from '../model/record-id.ts';

/** What a row has, besides where its change stands. */
const KEYS: ReadonlySet<string> = new Set(['id', 'url', 'label', 'author', 'fields', 'isNew']);
const LONG_ID = /^[0-9A-Za-z]{15}[A-Z0-5]{3}$/;

/** The changes of a step: the position of the first, and all ids. */
type StepChanges = { readonly from: number; readonly ids: readonly string[] };

type Values = Readonly<Record<string, unknown>>;

/**
 * Checks the history rows of a plan: each has the key of a record and the plan's period, names only fields of the
 * plan's mapping, holds counts and their growth, and is beside the change it belongs to. In a plan that restores
 * values, `after` may be any value allowed as `before`.
 */
export class HistoryCheck {
  private readonly history: HistorySettings | undefined;
  private readonly counts: ReadonlySet<string>;
  private readonly growth: ReadonlySet<string>;
  private readonly reversed: boolean;
  private sums = { rows: 0, created: 0 };

  public constructor({ history }: PlanHeader, reversed: boolean) {
    this.history = history;
    this.counts = new Set(Object.values(history?.fields ?? {}));
    this.growth = new Set(Object.values(history?.changeFields ?? {}));
    this.reversed = reversed;
  }

  /** The record ids of a step's history rows. Throws a TypeError that says what is wrong with the first invalid row. */
  public recordsOf(rows: readonly unknown[], changes: StepChanges): string[] {
    let least = changes.from;
    return rows.map((row) => {
      const record = this.recordOf(row, 'change');
      const { change, isNew } = row as { readonly change: unknown; readonly isNew: boolean };
      this.sums = { rows: this.sums.rows + 1, created: this.sums.created + (isNew ? 1 : 0) };
      if (change === null) return record;
      const id =
        Number.isInteger(change) && (change as number) >= least && changes.ids[(change as number) - changes.from];
      if (!id || toLongId(id) !== record) throw new TypeError(`${record} has a history row, but not beside its change`);
      least = (change as number) + 1;
      return record;
    });
  }

  /** Checks the history row that a deferred change may get. */
  public checkDraft(draft: unknown, id: string): void {
    if (this.recordOf(draft) !== toLongId(id)) throw new TypeError(`${id} has the history row of another record`);
  }

  /** Throws a TypeError if the sums differ from those of the rows so far. */
  public requireSums({ rows, created }: HistoryTally = NO_HISTORY): void {
    if (rows !== this.sums.rows || created !== this.sums.created)
      throw new TypeError("its history totals don't match its rows");
  }

  private recordOf(row: unknown, ...more: readonly string[]): string {
    if (!this.history) throw new TypeError('it has history rows, but keeps no history');
    const { id, url, fields, isNew } = (row ?? {}) as Values;
    if (typeof id !== 'string') throw new TypeError('a history row has no key');
    const record = recordOf(id);
    const isKey = LONG_ID.test(record) && hasChecksum(record, 0) && id === historyKey(record, this.history.period);
    if (!isKey) throw new TypeError(`${quote(id)} isn't a history row key`);
    if (typeof url !== 'string' || typeof isNew !== 'boolean') throw new TypeError(`${id} isn't a history row`);
    for (const key of ['label', 'author'])
      if (!isName((row as Values)[key])) throw new TypeError(`the ${key} of ${id} isn't a valid name`);
    const stray = Object.keys(row as Values).find((key) => !KEYS.has(key) && !more.includes(key));
    if (stray !== undefined) throw new TypeError(`${id} has the key ${quote(stray)}`);
    const entries = typeof fields === 'object' && fields !== null ? Object.entries(fields) : [];
    if (entries.length === 0) throw new TypeError(`${id} has no fields`);
    for (const [name, change] of entries) this.checkField(id, name, change);
    return record;
  }

  private checkField(id: string, name: string, change: unknown): void {
    if (!this.counts.has(name) && !this.growth.has(name)) {
      throw new TypeError(`${id} names ${quote(name)}, which isn't a field of the plan's history`);
    }
    const [before, after] = Array.isArray(change) && change.length === 2 ? (change as unknown[]) : [];
    if (!isStored(before)) throw new TypeError(`${name} of ${id} can't have held ${quote(before)}`);
    const isWhole = Number.isSafeInteger(after) && (this.growth.has(name) || (after as number) >= 0);
    if (!isWhole && !(this.reversed && isStored(after))) {
      throw new TypeError(
        `${quote(after)} isn't a valid ${this.growth.has(name) ? 'growth value' : 'count'} for ${name} of ${id}`,
      );
    }
  }
}

const isStored = (value: unknown): boolean => value === null || Number.isFinite(value);

/** A value from a file, in quotes and cut short. */
const quote = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 80);
