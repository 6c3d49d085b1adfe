import type { Schema } from '../data/schema.ts';
import type { Table } from '../data/table.ts';
import { parseJson } from '../data/values.ts';
import type { IncomingRow, WriteContext } from '../data/write-row.ts';
import type { OrgState } from '../state.ts';

/** A record of a JSON body. `refuse` is told of a value of the wrong type, where that fails the whole request. */
export function incomingJson(
  schema: Schema,
  record: Readonly<Record<string, unknown>>,
  refuse?: (message: string) => void,
): IncomingRow {
  const row: IncomingRow = { id: undefined, values: [], errors: [] };
  for (const [name, json] of Object.entries(record)) {
    if (name === 'attributes') continue;
    const field = schema.field(name);
    if (!field) {
      row.errors.push({
        statusCode: 'INVALID_FIELD',
        message: `No such column '${name}' on sobject of type ${schema.name}`,
        fields: [],
      });
    } else if (field.type === 'id') {
      row.id = typeof json === 'string' ? json : undefined;
    } else {
      const parsed = parseJson(field, json);
      if (parsed.ok) row.values.push([field, parsed.value]);
      else {
        refuse?.(
          `Cannot deserialize instance of ${field.type} from value ${JSON.stringify(json)} or request may be missing a required field`,
        );
        row.errors.push({
          statusCode: 'INVALID_TYPE_ON_FIELD_IN_RECORD',
          message: `${field.label}: value not of required type: ${String(json)}`,
          fields: [field.name],
        });
      }
    }
  }
  return row;
}

export const restWrite = (state: OrgState, table: Table): WriteContext => ({
  table,
  isThere: (sobjects, id) => state.isThere(sobjects, id),
  told: state.told,
  write: { jobId: null, batchId: null },
  stamp: state.now().toISOString(),
  seen: new Set(),
  idOnFailedRows: false,
});
