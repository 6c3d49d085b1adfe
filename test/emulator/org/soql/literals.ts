import { canonicalId } from '../data/ids.ts';
import type { FieldSpec } from '../data/schema.ts';
import { RestError } from '../errors.ts';
import { daysOf } from './dates.ts';
import { malformed } from './syntax.ts';

/** A literal in the terms rows are compared in; equal strings compare equal in any case. */
export type Literal = { readonly from: string | number | boolean; readonly to?: string } | null;

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  '"': '"',
  "'": "'",
  '\\': '\\',
  _: '\\_',
  '%': '\\%',
};

/** The text between a string literal's quotes; `\_` and `\%` keep their backslash for LIKE. */
export function unquote(literal: string, soql: string): string {
  return literal.slice(1, -1).replace(/\\(u[0-9a-fA-F]{4}|[\s\S])/g, (whole, escape: string) => {
    if (escape.length === 5) return String.fromCharCode(parseInt(escape.slice(1), 16));
    const char = ESCAPES[escape.toLowerCase()];
    if (char === undefined) {
      throw malformed(
        soql,
        literal,
        `Invalid string literal ${literal}. Illegal character sequence '${whole}' in string literal.`,
      );
    }
    return char;
  });
}

/** Reads a literal for a comparison with this field; a literal of another kind is INVALID_FIELD. */
export function literalFor(field: FieldSpec, value: string, kind: string, soql: string, now: Date): Literal {
  if (kind === 'NULL') return null;
  const date = kind === 'DATE_LITERAL' || kind === 'DATE_N_LITERAL';
  switch (field.type) {
    case 'double':
    case 'int':
      if (kind !== 'INTEGER' && kind !== 'DECIMAL') throw wrongKind(field, kind);
      return { from: Number(value) };
    case 'boolean':
      if (kind !== 'BOOLEAN') throw wrongKind(field, kind);
      return { from: value.toUpperCase() === 'TRUE' };
    case 'date':
      if (date) return daysOf(value, now);
      if (kind !== 'DATE') throw wrongKind(field, kind);
      return { from: value };
    case 'datetime':
      if (date) {
        const days = daysOf(value, now);
        return { from: `${days.from}T00:00:00.000Z`, to: `${days.to}T00:00:00.000Z` };
      }
      if (kind !== 'DATETIME') throw wrongKind(field, kind);
      return { from: new Date(value).toISOString() };
    case 'id':
    case 'reference': {
      if (kind !== 'STRING') throw wrongKind(field, kind);
      const id = canonicalId(unquote(value, soql));
      if (id === undefined) {
        throw new RestError(400, 'INVALID_QUERY_FILTER_OPERATOR', `invalid ID field: ${unquote(value, soql)}`);
      }
      return { from: id };
    }
    case 'string':
    case 'url':
    case 'textarea':
      if (kind !== 'STRING') throw wrongKind(field, kind);
      return {
        from: unquote(value, soql)
          .replace(/\\([_%])/g, '$1')
          .toLowerCase(),
      };
  }
}

function wrongKind(field: FieldSpec, kind: string): RestError {
  const type =
    field.type === 'datetime' ? 'dateTime' : field.type === 'url' || field.type === 'textarea' ? 'string' : field.type;
  const should = kind === 'STRING' ? 'should not be enclosed in quotes' : 'should be enclosed in quotes';
  const quotes = (kind === 'STRING') === (type !== 'string') ? ` and ${should}` : '';
  return new RestError(
    400,
    'INVALID_FIELD',
    `value of filter criterion for field '${field.name}' must be of type ${type}${quotes}`,
  );
}
