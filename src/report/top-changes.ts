import type { Change, FieldValue } from '../model/change.ts';
import type { Names } from '../model/names.ts';

/** A field of a record with the count it held and the count it gets. */
export type TopChange = Names & {
  readonly id: string;
  readonly url: string;
  readonly field: string;
  readonly before: FieldValue;
  readonly after: FieldValue;
};

/** By how much a count changes, an empty field being 0; `null` where one of the values is no number, as in a stamp. */
export function difference(before: FieldValue, after: FieldValue): number | null {
  if (typeof before === 'string' || typeof after === 'string') return null;
  return (after ?? 0) - (before ?? 0);
}

/** Changes people are shown of a run on the screen. */
export const LARGEST = 10;

/**
 * The largest of the changed counts it is told of, up or down, largest first; of equal ones the earlier first. A count that
 * is written as it was is none. Memory stays that of `keep` movers, however many changes there are.
 */
export class TopChanges {
  /** How many changed counts it was told of. */
  public counts = 0;
  private readonly keep: number;
  private readonly kept: { readonly topChange: TopChange; readonly size: number }[] = [];

  public constructor(keep: number) {
    this.keep = keep;
  }

  public get list(): readonly TopChange[] {
    return this.kept.map(({ topChange }) => topChange);
  }

  public add({ fields, ...article }: Change): void {
    for (const field in fields) {
      const [before, after] = fields[field]!;
      const by = difference(before, after);
      if (by === null || before === after) continue;
      this.counts += 1;
      const size = Math.abs(by);
      if (this.kept.length === this.keep && size <= (this.kept.at(-1)?.size ?? Infinity)) continue;
      const place = this.kept.findIndex((other) => other.size < size);
      this.kept.splice(place === -1 ? this.kept.length : place, 0, {
        topChange: { ...article, field, before, after },
        size,
      });
      if (this.kept.length > this.keep) this.kept.pop();
    }
  }
}
