import type { Condition, ConditionWithValueQuery } from '@jetstreamapp/soql-parser-js';
import type { FieldSpec, Schema } from '../data/schema.ts';
import type { Row, Value } from '../data/table.ts';
import { RestError } from '../errors.ts';
import { literalFor, unquote, type Literal } from './literals.ts';
import { malformed, noSuchColumn } from './syntax.ts';

export type Predicate = (row: Row) => boolean;

/** What a condition is compiled for. */
export type Subject = { readonly soql: string; readonly schema: Schema; readonly now: Date };

/** Compiles one comparison; `!=` and NOT IN hold for nulls, as in SOQL. */
export function compileCondition(condition: ConditionWithValueQuery | Condition, query: Subject): Predicate {
  if (!('field' in condition) || 'valueQuery' in condition || !('value' in condition)) {
    throw malformed(query.soql, '', 'functions and subqueries in WHERE are not emulated');
  }
  const field = query.schema.field(condition.field);
  if (!field) throw noSuchColumn(query.soql, condition.field, query.schema.name);
  if (field.type === 'textarea' && field.length > 255) {
    throw new RestError(400, 'INVALID_FIELD', `field '${field.name}' can not be filtered in a query call`);
  }
  const values = [condition.value].flat();
  const kinds = [condition.literalType ?? 'STRING'].flat();
  if (condition.operator === 'LIKE') return like(field, unquote(String(values[0]), query.soql));
  const literals = values.map((value, index) =>
    literalFor(field, String(value), kinds[index] ?? kinds[0] ?? 'STRING', query.soql, query.now),
  );
  const first = literals[0] ?? null;
  const read = reader(field);
  switch (condition.operator) {
    case '=':
      return (row) => equal(read(row), first);
    case '!=':
      return (row) => !equal(read(row), first);
    case 'IN':
      return among(read, literals);
    case 'NOT IN': {
      const isAmong = among(read, literals);
      return (row) => !isAmong(row);
    }
    case '<':
      return ordered(read, first, (value, { from }) => value < from);
    case '<=':
      return ordered(read, first, (value, { from, to }) => (to === undefined ? value <= from : value < to));
    case '>':
      return ordered(read, first, (value, { from, to }) => (to === undefined ? value > from : value >= to));
    case '>=':
      return ordered(read, first, (value, { from }) => value >= from);
    case 'INCLUDES':
    case 'EXCLUDES':
      throw new RestError(400, 'INVALID_QUERY_FILTER_OPERATOR', `invalid operator on ${field.type} field`);
  }
}

type Reader = (row: Row) => Value;

/** Text compares without regard to case; ids do not. */
function reader(field: FieldSpec): Reader {
  const { name } = field;
  if (field.type !== 'string' && field.type !== 'url' && field.type !== 'textarea') return (row) => row[name] ?? null;
  return (row) => {
    const value = row[name] ?? null;
    return typeof value === 'string' ? value.toLowerCase() : value;
  };
}

function equal(value: Value, literal: Literal): boolean {
  if (literal === null || value === null) return literal === null && value === null;
  return literal.to === undefined ? value === literal.from : value >= literal.from && value < literal.to;
}

function among(read: Reader, literals: readonly Literal[]): Predicate {
  if (literals.some((literal) => literal?.to !== undefined))
    return (row) => literals.some((literal) => equal(read(row), literal));
  const set = new Set(literals.map((literal) => (literal === null ? null : literal.from)));
  return (row) => set.has(read(row));
}

function ordered(
  read: Reader,
  literal: Literal,
  holds: (value: string | number | boolean, literal: NonNullable<Literal>) => boolean,
): Predicate {
  if (literal === null) return () => false;
  return (row) => {
    const value = read(row);
    return value !== null && holds(value, literal);
  };
}

function like(field: FieldSpec, pattern: string): Predicate {
  const source = pattern.replace(
    /\\([_%])|([%_])|([.*+?^${}()|[\]\\/])/g,
    (_, escaped?: string, wild?: string, special?: string) =>
      escaped ?? (wild === '%' ? '[\\s\\S]*' : wild === '_' ? '[\\s\\S]' : `\\${special ?? ''}`),
  );
  const expression = new RegExp(`^${source}$`, 'iu');
  return (row) => {
    const value = row[field.name];
    return typeof value === 'string' && expression.test(value);
  };
}
