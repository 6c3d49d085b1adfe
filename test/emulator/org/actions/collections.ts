import type { EmulatorReply } from '../../server.ts';
import type { Call } from '../call.ts';
import type { Table } from '../data/table.ts';
import { isKey, upsertRow } from '../data/upsert-row.ts';
import { type IncomingRow, type RowError, type RowOutcome, updateRow, type WriteContext } from '../data/write-row.ts';
import { RestError } from '../errors.ts';
import { json } from '../replies.ts';
import { jsonBody } from './json-body.ts';
import { incomingJson, restWrite } from './rest-rows.ts';

type Result = { id?: string; success: boolean; created?: boolean; errors: readonly RowError[] };
const MOST_CHUNKS = 10;

/** PATCH composite/sobjects: up to 200 records, results in request order, each error under `statusCode` (REST guide). */
export function updateCollection(call: Call): EmulatorReply {
  return writeCollection(call, 'an update', updateRow);
}

/**
 * PATCH composite/sobjects/{name}/{field}: the same by an external id, all of one object; each result says `created` (REST
 * guide, "Upsert Records Using sObject Collections").
 */
export function upsertCollection(call: Call): EmulatorReply {
  const [name = '', field = ''] = call.params;
  const key = call.state.table(name)?.schema.field(field);
  if (!key || !isKey(key)) {
    throw new RestError(404, 'NOT_FOUND', `Provided external ID field does not exist or is not accessible: ${field}`);
  }
  const { records } = jsonBody(call.request);
  if (isListOfObjects(records) && records.some((record) => typeOf(record).toLowerCase() !== name.toLowerCase())) {
    throw new RestError(400, 'INVALID_TYPE', `All records must be of type ${name}`);
  }
  return writeCollection(call, 'an upsert', (row, context) => upsertRow(row, key, context));
}

type Writer = (row: IncomingRow, context: WriteContext) => RowOutcome;

function writeCollection({ state, request }: Call, what: 'an update' | 'an upsert', write: Writer): EmulatorReply {
  const { allOrNone = false, records, ...others } = jsonBody(request);
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new RestError(400, 'JSON_PARSER_ERROR', `Unrecognized field "${unknown}"`);
  if (what === 'an upsert' && allOrNone === true) throw new Error('the emulator takes no upsert back');
  if (!isListOfObjects(records) || typeof allOrNone !== 'boolean') {
    throw new RestError(400, 'JSON_PARSER_ERROR', 'A list of records is expected, and allOrNone as a boolean');
  }
  const most = state.settings.limits.collectionRecords;
  if (records.length > most) {
    throw new RestError(
      400,
      'EXCEEDED_ID_LIMIT',
      `record limit reached. cannot submit more than ${most} records into this call`,
    );
  }
  const types = records.map(typeOf);
  if (types.includes('')) {
    throw new RestError(400, 'INVALID_INPUT', 'Each record must contain an attributes map with a value for type');
  }
  if (types.filter((type, index) => type !== types[index - 1]).length > MOST_CHUNKS) {
    const message = `Cannot have more than ${MOST_CHUNKS} chunks in a single operation. Please rearrange the data to reduce chunking.`;
    throw new RestError(400, 'INVALID_INPUT', message);
  }
  const contexts = new Map<Table, WriteContext>();
  const undo: (() => void)[] = [];
  const results = records.map((record, index): Result => {
    const table = state.table(types[index] ?? '');
    if (!table) return failed('INVALID_TYPE', `sObject type '${types[index] ?? ''}' is not supported.`);
    const context = contexts.get(table) ?? restWrite(state, table);
    contexts.set(table, context);
    const incoming = incomingJson(table.schema, record);
    const row = incoming.id === undefined ? undefined : table.get(incoming.id);
    const before = { ...row };
    const { id, success, created, errors } = write(incoming, context);
    if (success && row) undo.push(() => table.takeBack(row, before));
    return { ...(id === undefined ? {} : { id }), success, errors, ...(what === 'an upsert' ? { created } : {}) };
  });
  const rollBack = allOrNone && results.some(({ success }) => !success);
  if (!rollBack) return json(results);
  undo.reverse().forEach((put) => put());
  return json(
    results.map((result) => (result.success ? failed('ALL_OR_NONE_OPERATION_ROLLED_BACK', ROLLED_BACK) : result)),
  );
}

const ROLLED_BACK = 'Record rolled back because not all records were valid and the request was using AllOrNone header';

const failed = (statusCode: string, message: string): Result => ({
  success: false,
  errors: [{ statusCode, message, fields: [] }],
});

const isListOfObjects = (value: unknown): value is Record<string, unknown>[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null && !Array.isArray(item));

function typeOf(record: Readonly<Record<string, unknown>>): string {
  const attributes = record['attributes'];
  return typeof attributes === 'object' && attributes !== null && 'type' in attributes ? String(attributes.type) : '';
}
