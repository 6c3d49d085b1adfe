import type { FieldSpec, FieldType } from './schema.ts';
import type { Value } from './table.ts';

export type Parsed = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly reason: string };

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const INTEGER = /^[+-]?\d+$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
const DATETIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/;

const XSD: Partial<Record<FieldType, string>> = {
  double: 'xsd:double',
  int: 'xsd:int',
  boolean: 'xsd:boolean',
  date: 'xsd:date',
  datetime: 'xsd:dateTime',
};

/** The XML Schema type `describe` and the error messages give for a field type. */
export const soapTypeOf = (type: FieldType): string =>
  XSD[type] ?? (type === 'id' || type === 'reference' ? 'tns:ID' : 'xsd:string');

/** Reads the text of an XML element or CSV cell as this field's type (Bulk API guide, "Valid Date Format in Records"). */
export function parseText(field: FieldSpec, text: string): Parsed {
  const trimmed = text.trim();
  switch (field.type) {
    case 'double':
      return NUMBER.test(trimmed) ? { ok: true, value: Number(trimmed) } : refused(field, text);
    case 'int':
      return INTEGER.test(trimmed) ? { ok: true, value: Number(trimmed) } : refused(field, text);
    case 'boolean':
      if (/^(true|1)$/i.test(trimmed)) return { ok: true, value: true };
      return /^(false|0)$/i.test(trimmed) ? { ok: true, value: false } : refused(field, text);
    case 'date':
      return DATE.test(trimmed) && isRealDate(trimmed) ? { ok: true, value: trimmed } : refused(field, text);
    case 'datetime': {
      const time = DATETIME.test(trimmed) ? Date.parse(trimmed) : NaN;
      if (Number.isNaN(time)) return refused(field, text);
      // Times have a precision of one second (SOAP API guide, "Primitive Data Types").
      return { ok: true, value: new Date(Math.floor(time / 1000) * 1000).toISOString() };
    }
    case 'id':
    case 'string':
    case 'url':
    case 'textarea':
    case 'reference':
      return { ok: true, value: text };
  }
}

/** Reads a value of a JSON body as this field's type; a number may come as a string. */
export function parseJson(field: FieldSpec, json: unknown): Parsed {
  if (json === null) return { ok: true, value: null };
  if (typeof json === 'string') return json === '' ? { ok: true, value: null } : parseText(field, json);
  if (typeof json === 'number') {
    if (field.type === 'double' || field.type === 'int') return parseText(field, String(json));
    if (soapTypeOf(field.type) === 'xsd:string') return { ok: true, value: String(json) };
  }
  if (typeof json === 'boolean' && field.type === 'boolean') return { ok: true, value: json };
  return refused(field, JSON.stringify(json));
}

function refused(field: FieldSpec, text: string): Parsed {
  return { ok: false, reason: `'${text}' is not a valid value for the type ${soapTypeOf(field.type)}` };
}

function isRealDate(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** A number as Java's `Double.toString` prints it, which is what the org's replies hold: `144.0`, `1.5E7`. */
export function javaDouble(value: number): string {
  const size = Math.abs(value);
  if (size < 1e7 && Number.isInteger(value)) return `${value}.0`;
  if (size >= 1e-3 && size < 1e7) return String(value);
  const [digits = '0', exponent = '0'] = value.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
}

/** A value as text in Bulk XML and CSV, where times end in `Z`. */
export function bulkText(field: FieldSpec, value: string | number | boolean): string {
  return field.type === 'double' && typeof value === 'number' ? javaDouble(value) : String(value);
}

/** A value as JSON in REST replies, where times end in `+0000`. */
export function restJson(field: FieldSpec, value: Value): string {
  if (value === null) return 'null';
  if (field.type === 'double' && typeof value === 'number') return javaDouble(value);
  if (field.type === 'datetime') return `"${String(value).replace('Z', '+0000')}"`;
  return JSON.stringify(value);
}
