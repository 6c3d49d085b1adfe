import type { RunFile } from './run-file.ts';

/** What clears a field in a CSV of Bulk API 2.0, where an empty cell leaves it alone (Bulk API 2.0 Developer Guide, "Prepare CSV Files"). */
const CLEARED = '#N/A';

/**
 * The changes as a CSV that Data Loader and `sf data update bulk` load as it stands: the Id, and of each field the value
 * it is to hold; empty where it stays as it is.
 */
export async function* updateRows({ view: { fields }, changes }: RunFile): AsyncGenerator<string[], void, undefined> {
  yield ['Id', ...fields];
  for await (const { id, fields: changed } of changes()) {
    yield [id, ...fields.map((field) => toCell(changed[field]))];
  }
}

function toCell(change: readonly [unknown, number | string | null] | undefined): string {
  return change === undefined ? '' : String(change[1] ?? CLEARED);
}
