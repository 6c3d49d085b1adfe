import type { Names } from './names.ts';
import { holdsUrl } from './url.ts';

/** A value as a record holds it: a number, or for the stamp field an ISO dateTime. `null` is an empty field. */
export type FieldValue = number | string | null;

/** What a field held when the plan was made, and what it is to hold. */
export type FieldChange = readonly [before: FieldValue, after: FieldValue];

/** A record whose stored counts differ from the new ones, with only the fields that change. */
export type Change = Names & {
  readonly id: string;
  readonly url: string;
  readonly fields: Readonly<Record<string, FieldChange>>;
};

/** A record as it was read: the URL, its names, and what each mapped field holds, by field name. */
export type ArticleRecord = Names & {
  readonly id: string;
  readonly url: string;
  readonly stored: Readonly<Record<string, FieldValue>>;
};

/** What a record holds now. */
export type StoredRecord = Pick<ArticleRecord, 'url' | 'stored'>;

/**
 * Where a record stands, by what it holds `now`: before the change (`holds` what it is to replace, and the URL the counts
 * are of), after it (`done`), or elsewhere (`moved`), as one that is gone.
 */
export function compareRecord({ url, fields }: Change, now: StoredRecord | undefined): 'holds' | 'done' | 'moved' {
  if (!now) return 'moved';
  let [holds, done] = [holdsUrl(now.url, url), true];
  // Without lists of entries, which would be an eighth of the garbage of a whole run.
  for (const name in fields) {
    const [before, after] = fields[name]!;
    const value = now.stored[name] ?? null;
    holds &&= value === before;
    done &&= value === after;
  }
  return holds ? 'holds' : done ? 'done' : 'moved';
}

/** The change that puts back what `change` replaced. */
export function reverseChange(change: Change): Change {
  const fields = Object.fromEntries(
    Object.entries(change.fields).map(([name, [before, after]]) => [name, [after, before] as const]),
  );
  return { ...change, fields };
}
