import type { Condition, ConditionWithValueQuery, WhereClause } from '@jetstreamapp/soql-parser-js';
import type { FieldSpec, Schema } from '../data/schema.ts';
import type { Row, Value } from '../data/table.ts';
import { RestError } from '../errors.ts';
import { literalFor, unquote, type Literal } from './literals.ts';
import { malformed, noSuchColumn } from './syntax.ts';

export type Predicate = (row: Row) => boolean;
type Token = '(' | ')' | 'AND' | 'OR' | 'NOT' | Predicate;
type Query = { readonly soql: string; readonly schema: Schema; readonly now: Date };

/** Compiles a WHERE clause. AND and OR may not stand side by side without parentheses, as in SOQL. */
export function compileWhere(clause: WhereClause, query: Query): Predicate {
  return new Compiler(tokens(clause, query), query.soql).whole();
}

/** The library nests to the right and counts parentheses; this makes it a list again. */
function tokens(clause: WhereClause, query: Query): Token[] {
  const list: Token[] = [];
  let rest: WhereClause | undefined = clause;
  while (rest) {
    const { left } = rest;
    const [open, close] = [
      left && 'openParen' in left ? (left.openParen ?? 0) : 0,
      left && 'closeParen' in left ? (left.closeParen ?? 0) : 0,
    ];
    list.push(...Array<Token>(open).fill('('));
    if (left && 'operator' in left) list.push(compileCondition(left, query));
    list.push(...Array<Token>(close).fill(')'));
    if (!('operator' in rest)) break;
    list.push(rest.operator);
    rest = rest.right;
  }
  return list;
}

class Compiler {
  private readonly list: readonly Token[];
  private readonly soql: string;
  private at = 0;

  public constructor(list: readonly Token[], soql: string) {
    this.list = list;
    this.soql = soql;
  }

  public whole(): Predicate {
    const predicate = this.expression();
    if (this.at < this.list.length) throw this.unexpected();
    return predicate;
  }

  private expression(): Predicate {
    const parts = [this.term()];
    const operator = this.list[this.at];
    if (operator !== 'AND' && operator !== 'OR') return parts[0] as Predicate;
    while (this.list[this.at] === operator) {
      this.at += 1;
      parts.push(this.term());
    }
    const other = this.list[this.at];
    if (other === 'AND' || other === 'OR') throw this.unexpected();
    return operator === 'AND' ? (row) => parts.every((part) => part(row)) : (row) => parts.some((part) => part(row));
  }

  private term(): Predicate {
    const token = this.list[this.at];
    this.at += 1;
    if (token === 'NOT') {
      const negated = this.term();
      return (row) => !negated(row);
    }
    if (token === '(') {
      const inner = this.expression();
      if (this.list[this.at] !== ')') throw this.unexpected();
      this.at += 1;
      return inner;
    }
    if (typeof token !== 'function') throw this.unexpected();
    return token;
  }

  private unexpected(): RestError {
    const token = this.list[this.at];
    const name = typeof token === 'string' ? token : '';
    return malformed(this.soql, name, `unexpected token: ${name === '' ? '<EOF>' : `'${name}'`}`);
  }
}

function compileCondition(condition: ConditionWithValueQuery | Condition, query: Query): Predicate {
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
