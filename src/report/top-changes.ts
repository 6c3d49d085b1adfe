import type { Change, FieldValue } from '../model/change.ts';

/** The difference of two counts, an empty field being 0; `null` if a value isn't a number, as in a stamp. */
export function difference(before: FieldValue, after: FieldValue): number | null {
  if (typeof before === 'string' || typeof after === 'string') return null;
  return (after ?? 0) - (before ?? 0);
}

/**
 * The size of an article's change: the sum of the absolute changes of its counts, so that a fall doesn't cancel a rise.
 * `null` if no count changes; stamps and unchanged counts are ignored.
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

/** The most articles shown in a terminal. */
export const LARGEST = 10;

/**
 * Keeps the `keep` articles whose counts changed most, largest first by {@link sizeOf}, and of equal ones the earlier
 * first. Memory is constant.
 */
export class TopChanges {
  /** The number of articles with a changed count so far. */
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
