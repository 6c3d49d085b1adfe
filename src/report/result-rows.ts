import type { Change } from '../model/change.ts';

/** What the result files say of a row that was not written. */
export type RowProblem = { readonly statusCode: string; readonly message: string };

/** The header of a result file: id, URL, before and after of each field, and in the file of failures what was wrong. */
export function resultHeader(fields: readonly string[], failures: boolean): string[] {
  const columns = fields.flatMap((field) => [`${field} before`, `${field} after`]);
  return ['id', 'url', ...columns, ...(failures ? ['statusCode', 'message'] : [])];
}

/** A row of a result file. A field that did not change is empty in both columns; so is a value that is null. */
export function resultRow(
  { id, url, fields: changed }: Change,
  fields: readonly string[],
  problem?: RowProblem,
): string[] {
  const cells = fields.flatMap((field) => {
    const [before, after] = changed[field] ?? [null, null];
    return [String(before ?? ''), String(after ?? '')];
  });
  return [id, url, ...cells, ...(problem ? [problem.statusCode, problem.message] : [])];
}
