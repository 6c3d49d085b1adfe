import type { FieldSpec } from '../data/schema.ts';
import type { Row, Table } from '../data/table.ts';
import { restJson } from '../data/values.ts';

/** A record as REST prints it: `attributes` first, then the selected fields in their order. */
export function recordJson(table: Table, row: Row, fields: readonly FieldSpec[], version: string): string {
  const { name } = table.schema;
  const cells = fields.map((field) => `,"${field.name}":${restJson(field, row[field.name] ?? null)}`);
  return `{"attributes":{"type":"${name}","url":"/services/data/v${version}/sobjects/${name}/${String(row['Id'])}"}${cells.join('')}}`;
}
