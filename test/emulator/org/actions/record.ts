import type { EmulatorReply } from '../../server.ts';
import type { Call } from '../call.ts';
import type { Table } from '../data/table.ts';
import { canonicalId } from '../data/ids.ts';
import { deleteRow, insertRow, updateRow, type RowOutcome } from '../data/write-row.ts';
import { notFound, RestError } from '../errors.ts';
import { empty, json } from '../replies.ts';
import { recordJson } from '../soql/record-json.ts';
import { jsonBody } from './json-body.ts';
import { incomingJson, restWrite } from './rest-rows.ts';

/** Errors that a request for a single record answers with 404. */
const MISSING = ['ENTITY_IS_DELETED', 'INVALID_CROSS_REFERENCE_KEY'];

/** GET sobjects/{name}/{id}, with `fields` if wanted. */
export function getRecord(call: Call): EmulatorReply {
  const table = tableOf(call);
  const id = canonicalId(call.params[1] ?? '');
  const row = id === undefined ? undefined : table.get(id);
  if (!row) throw notFound();
  const names = call.request.query.get('fields')?.split(',');
  const fields = names ? names.map((name) => fieldOf(table, name.trim())) : table.schema.fields;
  return json(recordJson(table, row, fields, call.version));
}

/** PATCH sobjects/{name}/{id}: 204, or the row's errors. */
export function patchRecord(call: Call): EmulatorReply {
  const table = tableOf(call);
  const row = incomingJson(table.schema, jsonBody(call.request), (message) => {
    throw new RestError(400, 'JSON_PARSER_ERROR', message);
  });
  answer(updateRow({ ...row, id: call.params[1] }, restWrite(call.state, table)));
  return empty();
}

/** POST sobjects/{name}: 201 with the new id. */
export function postRecord(call: Call): EmulatorReply {
  const table = tableOf(call);
  const outcome = insertRow(incomingJson(table.schema, jsonBody(call.request)), restWrite(call.state, table));
  answer(outcome);
  return json({ id: outcome.id, success: true, errors: [] }, 201);
}

/** DELETE sobjects/{name}/{id}. */
export function deleteRecord(call: Call): EmulatorReply {
  const table = tableOf(call);
  answer(deleteRow({ id: call.params[1], values: [], errors: [] }, restWrite(call.state, table)));
  return empty();
}

function tableOf({ state, params: [name = ''] }: Call): Table {
  const table = state.table(name);
  if (!table) throw notFound();
  return table;
}

function fieldOf(table: Table, name: string): Table['schema']['fields'][number] {
  const field = table.schema.field(name);
  if (!field)
    throw new RestError(400, 'INVALID_FIELD', `No such column '${name}' on sobject of type ${table.schema.name}`);
  return field;
}

function answer({ success, errors: [error] }: RowOutcome): void {
  if (success || !error) return;
  throw new RestError(MISSING.includes(error.statusCode) ? 404 : 400, error.statusCode, error.message, error.fields);
}
