import type { PlannedFaults } from '../planned-faults.ts';
import { canonicalId } from './ids.ts';
import type { FieldSpec } from './schema.ts';
import type { Row, Table, Value, Write } from './table.ts';

/** An error of one row, spelled alike in Bulk results and in sObject collections. */
export type RowError = { readonly statusCode: string; readonly message: string; readonly fields: readonly string[] };

export type RowOutcome = {
  readonly id: string | undefined;
  readonly success: boolean;
  readonly created: boolean;
  readonly errors: readonly RowError[];
};

/** A row as a body gave it: values in their field's type, or the errors of reading them. */
export type IncomingRow = {
  id: string | undefined;
  readonly values: [FieldSpec, Value][];
  readonly errors: RowError[];
};

/** Where a row is written, and on whose behalf. `seen` holds the ids or keys of the chunk so far. */
export type WriteContext = {
  /** Whether a row of another object is there. */
  readonly isThere: (sobjects: readonly string[], id: string) => boolean;
  readonly table: Table;
  readonly told: PlannedFaults;
  readonly write: Write;
  readonly stamp: string;
  readonly seen: Set<string>;
  readonly idOnFailedRows: boolean;
};

const NO_ERRORS: readonly RowError[] = [];

/** Updates one row, checking in the platform's order: id, types, writability, existence, lock, values, rules. */
export function updateRow(row: IncomingRow, context: WriteContext): RowOutcome {
  const { table, told } = context;
  const found = row.id === undefined ? undefined : table.get(row.id);
  const id = found ? String(found['Id']) : canonicalId(row.id ?? '');
  const fail = (...errors: RowError[]): RowOutcome => ({
    id: context.idOnFailedRows ? id : undefined,
    success: false,
    created: false,
    errors,
  });
  if (row.id === undefined || row.id === '') {
    return fail(error('MISSING_ARGUMENT', 'Id not specified in an update call'));
  }
  if (id === undefined) return fail(error('MALFORMED_ID', `malformed id ${row.id}`, 'Id'));
  if (!id.startsWith(table.schema.keyPrefix)) {
    return fail(error('MALFORMED_ID', `Record ID: id value of incorrect type: ${row.id}`, 'Id'));
  }
  if (row.errors.length > 0) return fail(...row.errors);
  const fixed = row.values.filter(([field]) => !field.updateable).map(([field]) => field.name);
  if (fixed.length > 0) return fail(notWriteable(fixed));
  if (context.seen.has(id)) return fail(error('DUPLICATE_VALUE', `duplicate id specified: ${id}`));
  context.seen.add(id);
  if (!found) {
    if (table.wasDeleted(id)) return fail(error('ENTITY_IS_DELETED', 'entity is deleted'));
    return fail(error('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id'));
  }
  if (told.takeLock(id)) {
    return fail(error('UNABLE_TO_LOCK_ROW', `unable to obtain exclusive access to this record or 1 records: ${id}`));
  }
  const problems = [
    ...valueErrors(row.values),
    ...linkErrors(row.values, context),
    ...clashes(row.values, context, id),
  ];
  if (problems.length > 0) return fail(...problems);
  const values = new Map(row.values.map(([field, value]) => [field.name, value]));
  const after = (): Row => ({ ...found, ...Object.fromEntries(values) });
  const rule = told.takeRefusal(id, after);
  if (rule) return fail(error(rule.statusCode, rule.message, ...(rule.fields ?? [])));
  table.commit(found, values, context.write, context.stamp);
  return { id, success: true, created: false, errors: NO_ERRORS };
}

/** Inserts one row. */
export function insertRow(row: IncomingRow, context: WriteContext): RowOutcome {
  if (row.id !== undefined) {
    return failed(error('INVALID_FIELD_FOR_INSERT_UPDATE', 'cannot specify Id in an insert call', 'Id'));
  }
  if (row.errors.length > 0) return failed(...row.errors);
  const fixed = row.values.filter(([field]) => !field.createable).map(([field]) => field.name);
  if (fixed.length > 0) return failed(notWriteable(fixed));
  const given = new Set(row.values.map(([field]) => field.name));
  const missing = context.table.schema.fields.filter(
    ({ name, type, nillable }) => type === 'reference' && !nillable && !given.has(name),
  );
  const problems = [
    ...missing.map(({ name }) => error('REQUIRED_FIELD_MISSING', `Required fields are missing: [${name}]`, name)),
    ...valueErrors(row.values),
    ...linkErrors(row.values, context),
    ...clashes(row.values, context, undefined),
  ];
  if (problems.length > 0) return failed(...problems);
  const [id] = context.table.insert([Object.fromEntries(row.values.map(([field, value]) => [field.name, value]))]);
  context.table.noteWrite(id ?? '', context.write);
  return { id, success: true, created: true, errors: NO_ERRORS };
}

/** Deletes one row. */
export function deleteRow(row: IncomingRow, context: WriteContext): RowOutcome {
  const id = row.id === undefined ? undefined : canonicalId(row.id);
  const fail = (failure: RowError): RowOutcome => ({
    id: undefined,
    success: false,
    created: false,
    errors: [failure],
  });
  if (id === undefined) return fail(error('MALFORMED_ID', `malformed id ${row.id ?? ''}`, 'Id'));
  if (!context.table.get(id)) return fail(error('ENTITY_IS_DELETED', 'entity is deleted'));
  context.table.delete(id);
  return { id, success: true, created: false, errors: NO_ERRORS };
}

/** A row that was refused. */
export const failed = (...errors: RowError[]): RowOutcome => ({
  id: undefined,
  success: false,
  created: false,
  errors,
});

export const error = (statusCode: string, message: string, ...fields: string[]): RowError => ({
  statusCode,
  message,
  fields,
});

const notWriteable = (names: readonly string[]): RowError =>
  error(
    'INVALID_FIELD_FOR_INSERT_UPDATE',
    `Unable to create/update fields: ${names.join(', ')}. Please check the security settings of this field and ` +
      'verify that it is read/write for your profile or permission set.',
    ...names,
  );

/** References to records that are not there. */
function linkErrors(values: readonly [FieldSpec, Value][], { isThere }: WriteContext): RowError[] {
  return values
    .filter(
      ([{ referenceTo }, value]) => referenceTo.length > 0 && value !== null && !isThere(referenceTo, String(value)),
    )
    .map(([{ name }, value]) => error('INVALID_CROSS_REFERENCE_KEY', `invalid cross reference id: ${value}`, name));
}

/** Values of unique fields that another row has. */
function clashes(values: readonly [FieldSpec, Value][], { table }: WriteContext, own: string | undefined): RowError[] {
  return values.flatMap(([{ name, unique }, value]) => {
    const other = unique && value !== null ? table.find(name, String(value))?.['Id'] : undefined;
    if (other === undefined || other === own) return [];
    const message = `duplicate value found: ${name} duplicates value on record with id: ${String(other).slice(0, 15)}`;
    return [error('DUPLICATE_VALUE', message)];
  });
}

/** What the platform refuses when it saves: the messages name the field by its label. */
function valueErrors(values: readonly [FieldSpec, Value][]): RowError[] {
  const errors: RowError[] = [];
  for (const [field, value] of values) {
    if (value === null) {
      if (!field.nillable) {
        errors.push(error('REQUIRED_FIELD_MISSING', `Required fields are missing: [${field.name}]`, field.name));
      }
    } else if (typeof value === 'number') {
      const whole = field.type === 'int' ? field.digits : field.precision - field.scale;
      if (Math.abs(value) >= 10 ** whole) {
        const message = `${field.label}: value outside of valid range on numeric field: ${value}`;
        errors.push(error('NUMBER_OUTSIDE_VALID_RANGE', message, field.name));
      }
    } else if (typeof value === 'string' && field.length > 0 && value.length > field.length) {
      const message = `${field.label}: data value too large: ${value} (max length=${field.length})`;
      errors.push(error('STRING_TOO_LONG', message, field.name));
    }
  }
  return errors;
}
