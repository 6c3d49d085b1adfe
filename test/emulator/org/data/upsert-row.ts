import type { FieldSpec } from './schema.ts';
import type { Row, Value } from './table.ts';
import {
  error,
  failed,
  type IncomingRow,
  insertRow,
  type RowOutcome,
  updateRow,
  type WriteContext,
} from './write-row.ts';

/** Whether an upsert can tell rows apart by this field. */
export const isKey = (field: FieldSpec | undefined): boolean =>
  field !== undefined && (field.externalId || field.type === 'id');

/** Updates the row with this key, or inserts it: of a key that comes twice in a chunk, only the first is written. */
export function upsertRow(row: IncomingRow, field: FieldSpec, context: WriteContext): RowOutcome {
  if (field.type === 'id') return row.id === undefined ? insertRow(row, context) : updateRow(row, context);
  const { table, told } = context;
  const key = row.values.find(([{ name }]) => name === field.name)?.[1] ?? null;
  if (row.id !== undefined) {
    const message = 'The Id field should not be specified in the sobject data.';
    return failed(error('INVALID_FIELD', message, 'Id'));
  }
  if (key === null) return failed(error('MISSING_ARGUMENT', `${field.name} not specified`));
  const text = String(key).toLowerCase();
  if (context.seen.has(text)) return failed(error('DUPLICATE_VALUE', `Duplicate external id specified: ${key}`));
  context.seen.add(text);
  if (told.takeLock(String(key))) {
    return failed(error('UNABLE_TO_LOCK_ROW', 'unable to obtain exclusive access to this record'));
  }
  const values: Row = Object.fromEntries(row.values.map(([{ name }, value]) => [name, value]));
  const rule = told.takeRefusal(String(key), () => values);
  if (rule) return failed(error(rule.statusCode, rule.message, ...(rule.fields ?? [])));
  const found = table.find(field.name, text);
  if (found) return updateRow({ ...row, id: String(found['Id']) }, { ...context, seen: new Set() });
  if (told.takeRace(String(key))) insertFirst(values, context);
  return insertRow(row, context);
}

/** What another upsert of the same key does that is a moment ahead. */
function insertFirst(values: Readonly<Record<string, Value>>, { table }: WriteContext): void {
  table.insert([values]);
}
