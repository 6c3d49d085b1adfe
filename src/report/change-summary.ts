import type { Change } from '../model/change.ts';
import { difference, TopChanges } from './top-changes.ts';

/** Changes of a size, `least` to `most`, by which counts rose (or, below 0, fell). */
export type SizeClass = { readonly label: string; readonly least: number; readonly most: number };

/** The sizes the changes are sorted into, from the greatest fall to the greatest rise. */
export const SIZE_CLASSES: readonly SizeClass[] = [
  { label: 'down 1,000 or more', least: -Infinity, most: -1000 },
  { label: 'down 100 to 999', least: -999, most: -100 },
  { label: 'down 10 to 99', least: -99, most: -10 },
  { label: 'down 1 to 9', least: -9, most: -1 },
  { label: 'the same', least: 0, most: 0 },
  { label: 'up 1 to 9', least: 1, most: 9 },
  { label: 'up 10 to 99', least: 10, most: 99 },
  { label: 'up 100 to 999', least: 100, most: 999 },
  { label: 'up 1,000 to 9,999', least: 1000, most: 9999 },
  { label: 'up 10,000 or more', least: 10_000, most: Infinity },
];

/** How many records have a changed count in a field, what the changes come to, and how many are of each size. */
export type FieldSummary = {
  changed: number;
  /** The sum of all differences. */
  total: number;
  readonly sizes: number[];
};

/** Movers a file for people shows. */
const TOP_CHANGES = 25;

/** What a file for people says of all changes of a plan, gathered one by one: memory does not grow with their number. */
export class ChangeSummary {
  public readonly topChanges = new TopChanges(TOP_CHANGES);
  public readonly fields = new Map<string, FieldSummary>();

  public add(change: Change): void {
    this.topChanges.add(change);
    for (const [field, [before, after]] of Object.entries(change.fields)) {
      const by = difference(before, after);
      if (by === null || before === after) continue;
      const digest = this.fields.get(field) ?? { changed: 0, total: 0, sizes: SIZE_CLASSES.map(() => 0) };
      this.fields.set(field, digest);
      digest.changed += 1;
      digest.total += by;
      const at = SIZE_CLASSES.findIndex(({ least, most }) => by >= least && by <= most);
      digest.sizes[at] = (digest.sizes[at] ?? 0) + 1;
    }
  }
}
