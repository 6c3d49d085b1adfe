import type { RowFailure } from '../model/run-facts.ts';
import { adviceOn } from './advice.ts';

/** The rows refused with one status code: how many, one of them, and what to do. */
export type FailureGroup = {
  readonly statusCode: string;
  readonly rows: number;
  readonly example: Pick<RowFailure, 'id' | 'message'> | null;
  readonly advice: string;
};

/** Groups all refused rows by their status code, the most frequent first; `examples` need not hold one of each. */
export function groupFailures(
  counts: ReadonlyMap<string, number>,
  examples: Iterable<Pick<RowFailure, 'id' | 'message' | 'statusCode'>>,
): FailureGroup[] {
  const firsts = new Map<string, Pick<RowFailure, 'id' | 'message'>>();
  for (const { statusCode, id, message } of examples) {
    if (!firsts.has(statusCode)) firsts.set(statusCode, { id, message });
  }
  return [...counts]
    .map(([statusCode, rows]) => {
      return { statusCode, rows, example: firsts.get(statusCode) ?? null, advice: adviceOn(statusCode) };
    })
    .sort((a, b) => b.rows - a.rows);
}
