import type { OrderByClause, Query } from '@jetstreamapp/soql-parser-js';
import type { FieldSpec, Schema } from '../data/schema.ts';
import type { Row, Table } from '../data/table.ts';
import { RestError } from '../errors.ts';
import type { OrgState } from '../state.ts';
import { malformed, noSuchColumn, noSuchType, parseSoql } from './syntax.ts';
import { compileWhere } from './where.ts';

export type RowsResult = {
  readonly kind: 'rows';
  readonly table: Table;
  readonly fields: readonly FieldSpec[];
  readonly rows: readonly Row[];
};

export type QueryResult =
  | RowsResult
  /** `SELECT COUNT()`: the number is totalSize and there are no records. */
  | { readonly kind: 'count'; readonly table: Table; readonly count: number }
  /** `SELECT COUNT(Id)`: one AggregateResult. */
  | { readonly kind: 'aggregate'; readonly table: Table; readonly name: string; readonly count: number };

const MOST_OFFSET = 2000;

/** Runs SOQL over one object's table; errors as the REST API words them. */
export function runQuery(state: OrgState, soql: string): QueryResult {
  const query = parseSoql(soql);
  const table = state.table(query.sObject ?? '');
  if (!table) throw noSuchType(soql, query.sObject ?? '');
  if (query.groupBy ?? query.having) throw malformed(soql, 'GROUP', 'GROUP BY is not emulated');
  const counted = countOf(query);
  const fields = counted ? [] : selected(query, table.schema, soql);
  const rows = matching(query, table, soql, state.now());
  if (counted?.field === undefined && counted) return { kind: 'count', table, count: rows.length };
  if (counted?.field !== undefined) {
    const field = table.schema.field(counted.field);
    if (!field) throw noSuchColumn(soql, counted.field, table.schema.name);
    const count = rows.filter((row) => row[field.name] !== null).length;
    return { kind: 'aggregate', table, name: counted.alias ?? 'expr0', count };
  }
  return { kind: 'rows', table, fields, rows };
}

function matching(query: Query, table: Table, soql: string, now: Date): Row[] {
  let rows = table.all();
  if (query.where) rows = rows.filter(compileWhere(query.where, { soql, schema: table.schema, now }));
  const order = [query.orderBy ?? []].flat();
  if (order.length > 0) rows.sort(comparator(order, table.schema, soql));
  const offset = query.offset ?? 0;
  if (offset > MOST_OFFSET) {
    throw new RestError(400, 'NUMBER_OUTSIDE_VALID_RANGE', `Maximum SOQL offset allowed is ${MOST_OFFSET}`);
  }
  return offset > 0 || query.limit !== undefined ? rows.slice(offset, offset + (query.limit ?? Infinity)) : rows;
}

function countOf(query: Query): { field?: string; alias?: string } | undefined {
  const [only] = query.fields ?? [];
  if (only?.type !== 'FieldFunctionExpression' || only.functionName.toUpperCase() !== 'COUNT') return undefined;
  const [field] = only.parameters;
  return {
    ...(typeof field === 'string' ? { field } : {}),
    ...(only.alias === undefined ? {} : { alias: only.alias }),
  };
}

function selected(query: Query, schema: Schema, soql: string): FieldSpec[] {
  const chosen = new Set<FieldSpec>();
  for (const field of query.fields ?? []) {
    if (field.type === 'FieldFunctionExpression' && field.functionName.toUpperCase() === 'FIELDS') {
      fieldsOf(field.rawValue ?? '', schema, query, soql).forEach((spec) => chosen.add(spec));
    } else if (field.type === 'Field') {
      const spec = schema.field(field.field);
      if (!spec) throw noSuchColumn(soql, field.field, schema.name);
      if (chosen.has(spec)) throw new RestError(400, 'INVALID_FIELD', `duplicate field selected: ${spec.name}`);
      chosen.add(spec);
    } else if (field.type === 'FieldRelationship') {
      const [relationship = ''] = field.relationships;
      throw new RestError(400, 'INVALID_FIELD', `Didn't understand relationship '${relationship}' in field path.`);
    } else {
      throw malformed(soql, '', `${field.type} is not emulated`);
    }
  }
  return [...chosen];
}

function fieldsOf(which: string, schema: Schema, query: Query, soql: string): readonly FieldSpec[] {
  if (/STANDARD/i.test(which)) return schema.fields.filter((field) => !field.custom);
  if (query.limit === undefined || query.limit > 200) {
    throw malformed(soql, 'FIELDS', 'The SOQL FIELDS function must have a LIMIT of at most 200');
  }
  return /CUSTOM/i.test(which) ? schema.fields.filter((field) => field.custom) : schema.fields;
}

/** Nulls come first unless told otherwise; text sorts without regard to case, ids by their characters. */
function comparator(order: readonly OrderByClause[], schema: Schema, soql: string): (a: Row, b: Row) => number {
  const keys = order.map((clause) => {
    if (!('field' in clause)) throw malformed(soql, '', 'functions in ORDER BY are not emulated');
    const field = schema.field(clause.field);
    if (!field) throw noSuchColumn(soql, clause.field, schema.name);
    const fold = field.type === 'string' || field.type === 'url';
    const read = (row: Row): Row[string] => {
      const value = row[field.name] ?? null;
      return fold && typeof value === 'string' ? value.toLowerCase() : value;
    };
    return { read, sign: clause.order === 'DESC' ? -1 : 1, nulls: clause.nulls === 'LAST' ? 1 : -1 };
  });
  return (a, b) => {
    for (const { read, sign, nulls } of keys) {
      const [left, right] = [read(a), read(b)];
      if (left === right) continue;
      if (left === null || right === null) return left === null ? nulls : -nulls;
      return left < right ? -sign : sign;
    }
    return 0;
  };
}
