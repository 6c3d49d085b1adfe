import type { Change } from '../model/change.ts';
import { difference, sizeOf, TopChanges } from './top-changes.ts';

/** A class of changes by size: counts that rose by `least` to `most`, or fell if these are negative. */
export type SizeClass = { readonly label: string; readonly least: number; readonly most: number };

/** The size classes, from the greatest fall to the greatest rise. */
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

/**
 * For a field: the number of records with a changed count, the sum of the changes, and the number in each size class.
 */
export type FieldSummary = {
  changed: number;
  /** The sum of all differences. */
  total: number;
  readonly sizes: number[];
};

/** The sums of the changes to an author's articles. */
export type AuthorSummary = {
  articles: number;
  /** The sum of the sizes of their changes. */
  size: number;
  /** The sum of all differences, by field. */
  readonly totals: Record<string, number>;
};

/** The number of articles a report file shows first. */
const TOP_CHANGES = 25;
/** The most authors summarized separately. In larger sets, the rest form one group. */
const MOST_AUTHORS = 10_000;

/** The key for articles without an author, and for authors beyond {@link MOST_AUTHORS}. */
export const OTHERS = '';

/** Summarizes all changes of a plan for a report file, one by one. Memory is constant. */
export class ChangeSummary {
  public readonly topChanges = new TopChanges(TOP_CHANGES);
  public readonly fields = new Map<string, FieldSummary>();
  /** By the author's name. */
  public readonly authors = new Map<string, AuthorSummary>();

  public add(change: Change): void {
    const size = sizeOf(change.fields);
    if (size === null) return;
    this.topChanges.add(change);
    const author = this.authorOf(change);
    author.articles += 1;
    author.size += size;
    for (const [field, [before, after]] of Object.entries(change.fields)) {
      const by = difference(before, after);
      if (by === null || before === after) continue;
      const summary = this.fields.get(field) ?? { changed: 0, total: 0, sizes: SIZE_CLASSES.map(() => 0) };
      this.fields.set(field, summary);
      summary.changed += 1;
      summary.total += by;
      const at = SIZE_CLASSES.findIndex(({ least, most }) => by >= least && by <= most);
      summary.sizes[at] = (summary.sizes[at] ?? 0) + 1;
      author.totals[field] = (author.totals[field] ?? 0) + by;
    }
  }

  private authorOf({ author = OTHERS }: Change): AuthorSummary {
    const name = this.authors.has(author) || this.authors.size < MOST_AUTHORS ? author : OTHERS;
    const summary = this.authors.get(name) ?? { articles: 0, size: 0, totals: {} };
    this.authors.set(name, summary);
    return summary;
  }
}
