import { countRows, type Range, subtractRanges } from './ranges.ts';

/**
 * Changes of a plan, one after the other, whose record ids ascend; `ids` are the first and the last. `null` where the rest
 * of a plan goes up and down too often to be worth telling apart.
 */
export type AscendingRun = { readonly rows: Range; readonly ids: readonly [first: string, last: string] | null };

/** The most runs that are kept: a plan made of a query has one, or two if changes were deferred to its end. */
const MOST = 50;

/** Finds the ascending runs of a plan from its changes as they come. Memory does not grow with their number. */
export class AscendingRuns {
  private readonly found: { first: string; last: string; from: number; to: number }[] = [];
  private size = 0;

  /** Notes the ids of changes. */
  public note(ids: readonly string[]): void {
    for (const id of ids) this.add(id, id, 1);
  }

  /** Adds changes of which only the runs are known that {@link list} returned. */
  public join(runs: readonly AscendingRun[]): void {
    // Where the ids are not known, there are so many runs by then that they do not matter.
    for (const { rows, ids } of runs) this.add(ids?.[0] ?? '', ids?.[1] ?? '', countRows([rows]));
  }

  private add(first: string, last: string, changes: number): void {
    let end = this.found.at(-1);
    if (!end || (first <= end.last && this.found.length <= MOST)) {
      end = { first, last, from: this.size, to: this.size };
      this.found.push(end);
    }
    this.size += changes;
    end.last = last;
    end.to = this.size;
  }

  public list(): AscendingRun[] {
    return this.found.map(({ first, last, from, to }, index) => ({
      rows: [from, to],
      ids: index < MOST ? [first, last] : null,
    }));
  }
}

/** A run, or what is wanted of one: how many changes, and the outermost ids they may have. */
export type RunChunk = { readonly changes: number; readonly ids: AscendingRun['ids'] };

/** What the rows of `ranges` leave of each run, in order. */
export function chunksOf(runs: readonly AscendingRun[], ranges: readonly Range[]): RunChunk[] {
  return runs
    .map(({ rows, ids }) => ({ ids, changes: countRows([rows]) - countRows(subtractRanges([rows], ranges)) }))
    .filter(({ changes }) => changes > 0);
}
