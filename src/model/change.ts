import type { Names } from './names.ts';
import { holdsUrl } from './url.ts';

/** A value as a record holds it: a number, or for the stamp field an ISO dateTime. `null` is an empty field. */
export type FieldValue = number | string | null;

/** The value of a field when the plan was made, and its new value. */
export type FieldChange = readonly [before: FieldValue, after: FieldValue];

/** A record whose stored counts differ from the new ones, with only the fields that change. */
export type Change = Names & {
  readonly id: string;
  readonly url: string;
  readonly fields: Readonly<Record<string, FieldChange>>;
};

/** A record as it was read: its URL, its names, and the value of each mapped field. */
export type ArticleRecord = Names & {
  readonly id: string;
  readonly url: string;
  readonly stored: Readonly<Record<string, FieldValue>>;
};

/** The current URL and values of a record. */
export type StoredRecord = Pick<ArticleRecord, 'url' | 'stored'>;

/**
 * Compares a change with what its record holds `now`: the old values and the URL that was counted (`holds`), the new
 * values (`done`), or anything else (`moved`), which includes a deleted record.
 */
export function compareRecord({ url, fields }: Change, now: StoredRecord | undefined): 'holds' | 'done' | 'moved' {
  if (!now) return 'moved';
  let [holds, done] = [holdsUrl(now.url, url), true];
  // No lists of entries: they would be an eighth of the garbage of a whole run.
  for (const name in fields) {
    const [before, after] = fields[name]!;
    const value = now.stored[name] ?? null;
    holds &&= value === before;
    done &&= value === after;
  }
  return holds ? 'holds' : done ? 'done' : 'moved';
}

/** The change that restores what `change` replaced. */
export function reverseChange(change: Change): Change {
  const fields = Object.fromEntries(
    Object.entries(change.fields).map(([name, [before, after]]) => [name, [after, before] as const]),
  );
  return { ...change, fields };
}
