import { countRows, type Range, subtractRanges } from './ranges.ts';

/**
 * Consecutive changes of a plan whose record ids ascend; `ids` are the first and the last. `null` stands for the rest
 * of a plan whose ids change direction too often.
 */
export type AscendingRun = { readonly rows: Range; readonly ids: readonly [first: string, last: string] | null };

/** The most runs kept. A plan made from a query has one, or two if it has deferred changes. */
const MOST = 50;

/** Finds the ascending runs of a plan as its changes arrive. Memory is constant. */
export class AscendingRuns {
  private readonly found: { first: string; last: string; from: number; to: number }[] = [];
  private size = 0;

  public note(ids: readonly string[]): void {
    for (const id of ids) this.add(id, id, 1);
  }

  /** Adds changes of which only the runs returned by {@link list} are known. */
  public join(runs: readonly AscendingRun[]): void {
    // Runs without ids occur only after the most runs are kept, where ids don't matter.
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

/** A run, or a selection of it: the number of changes, and the bounds of their ids. */
export type RunChunk = { readonly changes: number; readonly ids: AscendingRun['ids'] };

/** What remains of each run within `ranges`, in order. */
export function chunksOf(runs: readonly AscendingRun[], ranges: readonly Range[]): RunChunk[] {
  return runs
    .map(({ rows, ids }) => ({ ids, changes: countRows([rows]) - countRows(subtractRanges([rows], ranges)) }))
    .filter(({ changes }) => changes > 0);
}
