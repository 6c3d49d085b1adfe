import type { RowsResult } from '../soql/query.ts';
import type { OrgState } from '../state.ts';
import type { QueryFile } from './job.ts';

/** The rows of a query as they are now, in files of at most `most` rows; one file where there are none. */
export function queryFiles(state: OrgState, { fields, rows }: RowsResult, most: number): QueryFile[] {
  const copies = rows.map((row) => Object.fromEntries(fields.map(({ name }) => [name, row[name] ?? null])));
  const files: QueryFile[] = [];
  do {
    files.push({ id: state.ids.next('752'), fields, rows: copies.splice(0, Math.min(most, copies.length)) });
  } while (copies.length > 0);
  return files;
}
