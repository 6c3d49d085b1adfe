import { type Names, namesOf } from '../model/names.ts';
import type { RowFailure } from '../model/run-facts.ts';
import { adviceOn } from './advice.ts';

/** A refused row, with what people call its article. */
export type RefusedExample = Pick<RowFailure, 'id' | 'message'> & Names & { readonly url: string };

/** The rows refused with one status code: their number, an example, and what to do. */
export type FailureGroup = {
  readonly statusCode: string;
  readonly rows: number;
  readonly example: RefusedExample | null;
  readonly advice: string;
};

/** Groups refused rows by status code, the most frequent first; `examples` may lack some status codes. */
export function groupFailures(
  counts: ReadonlyMap<string, number>,
  examples: Iterable<RefusedExample & Pick<RowFailure, 'statusCode'>>,
): FailureGroup[] {
  const firsts = new Map<string, RefusedExample>();
  for (const { statusCode, id, url, message, ...names } of examples) {
    if (!firsts.has(statusCode)) firsts.set(statusCode, { id, url, message, ...namesOf(names) });
  }
  return [...counts]
    .map(([statusCode, rows]) => {
      return { statusCode, rows, example: firsts.get(statusCode) ?? null, advice: adviceOn(statusCode) };
    })
    .sort((a, b) => b.rows - a.rows);
}
