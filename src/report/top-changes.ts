import type { Change, FieldValue } from '../model/change.ts';

/** By how much a count changes, an empty field being 0; `null` where one of the values is no number, as in a stamp. */
export function difference(before: FieldValue, after: FieldValue): number | null {
  if (typeof before === 'string' || typeof after === 'string') return null;
  return (after ?? 0) - (before ?? 0);
}

/**
 * How large the change of an article is: the sum of the absolute changes of its counts, so that a fall does not hide a
 * rise. `null` where no count changes. Stamps, and counts that are written as they were, do not matter.
 */
export function sizeOf(fields: Change['fields']): number | null {
  let size: number | null = null;
  for (const field in fields) {
    const [before, after] = fields[field]!;
    const by = difference(before, after);
    if (by !== null && before !== after) size = (size ?? 0) + Math.abs(by);
  }
  return size;
}

/** Articles people are shown of a run in a terminal. */
export const LARGEST = 10;

/**
 * The articles whose counts change most, largest first by {@link sizeOf}; of equal ones the earlier first. Memory stays that
 * of `keep` articles, however many there are.
 */
export class TopChanges {
  /** How many articles it was told of with a changed count. */
  public articles = 0;
  private readonly keep: number;
  private readonly kept: { readonly change: Change; readonly size: number }[] = [];

  public constructor(keep: number) {
    this.keep = keep;
  }

  public get list(): readonly Change[] {
    return this.kept.map(({ change }) => change);
  }

  public add(change: Change): void {
    const size = sizeOf(change.fields);
    if (size === null) return;
    this.articles += 1;
    if (this.kept.length === this.keep && size <= (this.kept.at(-1)?.size ?? Infinity)) return;
    const place = this.kept.findIndex((other) => other.size < size);
    this.kept.splice(place === -1 ? this.kept.length : place, 0, { change, size });
    if (this.kept.length > this.keep) this.kept.pop();
  }
}
