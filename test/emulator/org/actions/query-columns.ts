import type { EmulatorReply } from '../../server.ts';
import type { FieldSpec } from '../data/schema.ts';
import { json } from '../replies.ts';
import type { QueryResult } from '../soql/query.ts';

const APEX: Readonly<Record<string, string>> = {
  id: 'Id',
  reference: 'Id',
  double: 'Double',
  int: 'Integer',
  boolean: 'Boolean',
  date: 'Date',
  datetime: 'Datetime',
};

/** GET query?q=…&columns=true: not the rows but their columns, as a captured reply has them; `sf data query` asks it. */
export function queryColumns(result: QueryResult): EmulatorReply {
  const { schema } = result.table;
  const fields = result.kind === 'rows' ? result.fields : [];
  const counted = result.kind === 'aggregate' ? [aggregate(result.name)] : [];
  return json({
    columnMetadata: [...fields.map(column), ...counted],
    entityName: schema.name,
    groupBy: false,
    idSelected: fields.some((field) => field.type === 'id'),
    keyPrefix: schema.keyPrefix,
  });
}

const column = (field: FieldSpec): Record<string, unknown> => ({
  aggregate: false,
  apexType: APEX[field.type] ?? 'String',
  booleanType: field.type === 'boolean',
  columnName: field.name,
  custom: field.custom,
  displayName: field.name,
  foreignKeyName: null,
  insertable: field.createable,
  joinColumns: [],
  numberType: field.type === 'double' || field.type === 'int',
  textType: !(field.type in APEX),
  updatable: field.updateable,
});

const aggregate = (name: string): Record<string, unknown> => ({
  aggregate: true,
  apexType: 'Integer',
  booleanType: false,
  columnName: name,
  custom: false,
  displayName: 'count',
  foreignKeyName: null,
  insertable: false,
  joinColumns: [],
  numberType: true,
  textType: false,
  updatable: false,
});
