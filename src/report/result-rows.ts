import type { Change } from '../model/change.ts';
import type { Names } from '../model/names.ts';
import { secrets } from '../model/redactor.ts';

/** Why a row wasn't written. */
export type RowProblem = { readonly statusCode: string; readonly message: string };

/** The columns of a result file besides id, URL, and problem: the names of the article, and the fields. */
export type ResultColumns = { readonly names: readonly (keyof Names)[]; readonly fields: readonly string[] };

/** The header of a result file: id, URL, names, each field before and after, and for failures the problem. */
export function resultHeader({ names, fields }: ResultColumns, failures: boolean): string[] {
  const columns = fields.flatMap((field) => [`${field} before`, `${field} after`]);
  return ['id', 'url', ...names, ...columns, ...(failures ? ['statusCode', 'message'] : [])];
}

/**
 * A row of a result file. Both columns are empty for an unchanged field, and one for an empty value. Values are
 * unchanged, secrets redacted.
 */
export function resultRow(change: Change, { names, fields }: ResultColumns, problem?: RowProblem): string[] {
  const { id, url, fields: changed } = change;
  const cells = fields.flatMap((field) => {
    const [before, after] = changed[field] ?? [null, null];
    return [String(before ?? ''), String(after ?? '')];
  });
  const texts = [url, ...names.map((name) => change[name] ?? '')].map((text) => secrets.redact(text));
  return [id, ...texts, ...cells, ...(problem ? [problem.statusCode, secrets.redact(problem.message)] : [])];
}
