import type { Change, FieldChange } from '../model/change.ts';
import { namesOf } from '../model/names.ts';
import type { DeferredChange } from '../model/plan.ts';
import type { CountedRecord } from './look-up-counts.ts';

export type ChangeRules = {
  /** By service, the field for its counts. */
  readonly fields: Readonly<Record<string, string>>;
  /** Whether unchanged counts are written too. */
  readonly all: boolean;
  /** Never lower a stored count. */
  readonly keepHighest: boolean;
  /** Trust every 0. */
  readonly allowZeros: boolean;
  /** Set if every service returned a count. */
  readonly stamp: { readonly field: string; readonly value: string } | null;
};

/** The result of comparing a counted record. */
export type Diff =
  | { readonly kind: 'uncounted' | 'unchanged' }
  | { readonly kind: 'skipped'; readonly reason: string }
  | { readonly kind: 'changed'; readonly change: Change }
  | { readonly kind: 'deferred'; readonly deferred: DeferredChange };

/**
 * Compares a record with its counts. Only an `ok` count can change a field. A 0 of a service without a positive count
 * so far (missing in `believed`) is in doubt, and the record's change is deferred.
 */
export function diffRecord(
  { record, problem, readings }: CountedRecord,
  rules: ChangeRules,
  believed: ReadonlySet<string>,
): Diff {
  if (problem !== undefined) return { kind: 'skipped', reason: problem };
  const fields: Record<string, FieldChange> = {};
  const doubtful: string[] = [];
  let [counted, complete, changed] = [false, true, false];
  // Without lists of entries: this is done for every record of a run.
  for (const service in rules.fields) {
    const field = rules.fields[service]!;
    const reading = readings[service];
    if (reading?.state !== 'ok') {
      complete = false;
      continue;
    }
    const before = record.stored[field] ?? null;
    const changes = isChange(before, reading.count, rules);
    if (changes) fields[field] = [before, reading.count];
    changed ||= changes;
    if (changes && reading.count === 0 && !rules.allowZeros && !believed.has(service)) doubtful.push(field);
    else counted = true;
  }
  const { stamp } = rules;
  if (stamp && complete) {
    fields[stamp.field] = [record.stored[stamp.field] ?? null, stamp.value];
    changed = true;
  }
  if (!changed) return { kind: counted ? 'unchanged' : 'uncounted' };
  const change = { id: record.id, url: record.url, ...namesOf(record), fields };
  if (doubtful.length > 0) return { kind: 'deferred', deferred: { ...change, doubtful, counted } };
  return { kind: 'changed', change };
}

function isChange(before: FieldChange[0], count: number, { all, keepHighest }: ChangeRules): boolean {
  if (keepHighest && typeof before === 'number' && count < before) return false;
  return all || before !== count;
}

/** Resolves a deferred change, without the fields whose zeros aren't trusted. If there are any, the stamp isn't set. */
export function resolveDeferred(
  { doubtful, counted, ...change }: DeferredChange,
  disbelieved: ReadonlySet<string>,
  stampField: string | null,
): Diff {
  const dropped = new Set(doubtful.filter((field) => disbelieved.has(field)));
  if (dropped.size > 0 && stampField !== null) dropped.add(stampField);
  const fields = Object.fromEntries(Object.entries(change.fields).filter(([field]) => !dropped.has(field)));
  if (Object.keys(fields).length > 0) return { kind: 'changed', change: { ...change, fields } };
  return { kind: counted ? 'unchanged' : 'uncounted' };
}
