import { joinRanges, type Range } from './ranges.ts';
import type { Fact, Operation } from './run-facts.ts';

/** Planned rows that aren't sent: the record already holds the new values, or it changed since. */
export type SkippedRows = { readonly unchanged: readonly Range[]; readonly conflicts: readonly Range[] };

export const NONE_SKIPPED: SkippedRows = { unchanged: [], conflicts: [] };

export const positionsOf = ({ unchanged, conflicts }: SkippedRows): Range[] => joinRanges(unchanged, conflicts);

/** Adds the rows of a fact, in place. */
export function addSkipped(
  skipped: Record<Operation, SkippedRows>,
  { operation = 'update', unchanged, conflicts }: Extract<Fact, { fact: 'skipped' }>,
): void {
  const before = skipped[operation];
  skipped[operation] = {
    unchanged: joinRanges(before.unchanged, unchanged),
    conflicts: joinRanges(before.conflicts, conflicts),
  };
}
