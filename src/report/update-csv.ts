import type { RunFile } from './run-file.ts';

/**
 * The value that clears a field in a CSV of Bulk API 2.0, where an empty cell leaves the field unchanged (Bulk API 2.0
 * Developer Guide, "Prepare CSV Files").
 */
const CLEARED = '#N/A';

/**
 * The changes as a CSV that Data Loader and `sf data update bulk` load: the Id, and the new value of each field; empty
 * if the field doesn't change.
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
