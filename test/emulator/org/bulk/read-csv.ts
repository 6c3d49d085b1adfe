import { parseCsv } from '../csv.ts';
import type { FieldSpec, Schema } from '../data/schema.ts';
import { parseText } from '../data/values.ts';
import type { IncomingRow } from '../data/write-row.ts';
import { BatchError } from '../errors.ts';
import type { ReadBody } from './read-xml.ts';

export type ReadCsv = ReadBody & { readonly header: readonly string[]; readonly cells: readonly (readonly string[])[] };

/** Reads a CSV body: an empty cell leaves the field alone, `#N/A` clears it (Bulk API guide, "Valid CSV Record Rows"). */
export function readCsvBatch(body: Buffer, schema: Schema, recordsPerBatch: number, delimiter = ','): ReadCsv {
  const [header, ...lines] = parseCsv(body.toString('utf8'), delimiter);
  if (!header || header.every((name) => name === ''))
    throw new BatchError('InvalidBatch', 'Failed to parse CSV header');
  const columns = header.map((name) => {
    const field = schema.field(name.trim());
    if (!field) throw new BatchError('InvalidBatch', `Field name not found : ${name}`);
    return field;
  });
  const cells = lines.slice(0, recordsPerBatch);
  return { rows: cells.map((line) => readLine(line, columns)), count: lines.length, header, cells };
}

function readLine(line: readonly string[], columns: readonly FieldSpec[]): IncomingRow {
  const row: IncomingRow = { id: undefined, values: [], errors: [] };
  if (line.length > columns.length) {
    const message = `Failed to parse CSV row: found ${line.length} cells, expected ${columns.length}`;
    row.errors.push({ statusCode: 'INVALID_FIELD', message, fields: [] });
  }
  columns.forEach((field, index) => {
    const cell = line[index] ?? '';
    if (field.type === 'id') row.id = cell === '' ? undefined : cell;
    else if (cell === '#N/A') row.values.push([field, null]);
    else if (cell !== '') {
      const parsed = parseText(field, cell);
      if (parsed.ok) return void row.values.push([field, parsed.value]);
      const message = `Failed to deserialize field at col ${index}. Due to, ${parsed.reason}`;
      row.errors.push({ statusCode: 'INVALID_FIELD', message, fields: [field.name] });
    }
  });
  return row;
}
