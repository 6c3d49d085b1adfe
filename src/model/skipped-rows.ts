import { joinRanges, type Range } from './ranges.ts';
import type { Fact, Operation } from './run-facts.ts';

/** Rows of the plan that are not sent after all: they are in the org already, or their records have moved. */
export type SkippedRows = { readonly unchanged: readonly Range[]; readonly conflicts: readonly Range[] };

export const NONE_SKIPPED: SkippedRows = { unchanged: [], conflicts: [] };

/** The positions of all of them. */
export const positionsOf = ({ unchanged, conflicts }: SkippedRows): Range[] => joinRanges(unchanged, conflicts);

/** Adds what a fact tells, in place. */
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
