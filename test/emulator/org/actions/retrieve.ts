import type { EmulatorReply } from '../../server.ts';
import type { Call } from '../call.ts';
import { canonicalId } from '../data/ids.ts';
import { notFound, RestError } from '../errors.ts';
import { json } from '../replies.ts';
import { recordJson } from '../soql/record-json.ts';
import { jsonBody } from './json-body.ts';

/**
 * POST composite/sobjects/{name} with ids and fields: the records in the order of the ids, `null` for each that is not there
 * (REST guide, "Get Records With a Request Body Using sObject Collections").
 */
export function retrieveCollection({ state, request, params: [name = ''], version }: Call): EmulatorReply {
  const table = state.table(name);
  if (!table) throw notFound();
  const body = jsonBody(request);
  const ids = strings(body['ids'], 'ids');
  const most = state.settings.limits.retrieveIds;
  if (ids.length > most) {
    const message = `record limit reached. cannot submit more than ${most} records into this call`;
    throw new RestError(400, 'EXCEEDED_ID_LIMIT', message);
  }
  const fields = strings(body['fields'], 'fields').map((wanted) => {
    const field = table.schema.field(wanted);
    if (field) return field;
    throw new RestError(400, 'INVALID_FIELD', `No such column '${wanted}' on entity '${table.schema.name}'.`);
  });
  if (new Set(fields).size < fields.length) throw new RestError(400, 'INVALID_FIELD', 'duplicate field selected');
  const records = ids.map((id) => {
    const canonical = canonicalId(id);
    const row = canonical === undefined ? undefined : table.get(canonical);
    return row ? recordJson(table, row, fields, version) : 'null';
  });
  return json(`[${records.join(',')}]`);
}

function strings(value: unknown, name: string): string[] {
  if (Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string')) return value;
  throw new RestError(400, 'JSON_PARSER_ERROR', `"${name}" must be a list of at least one string`);
}
