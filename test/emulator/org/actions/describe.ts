import type { EmulatorReply } from '../../server.ts';
import type { Call } from '../call.ts';
import type { FieldSpec, Schema } from '../data/schema.ts';
import { soapTypeOf } from '../data/values.ts';
import { notFound } from '../errors.ts';
import { json } from '../replies.ts';

/** GET sobjects/{name}/describe: fields without field-level security are simply absent. */
export function describe({ state, params: [name = ''], version }: Call): EmulatorReply {
  const schema = state.table(name)?.schema;
  if (!schema) throw notFound();
  return json({
    ...summary(schema, version),
    childRelationships: [],
    recordTypeInfos: [
      {
        active: true,
        available: true,
        defaultRecordTypeMapping: true,
        master: true,
        name: 'Master',
        developerName: 'Master',
      },
    ],
    fields: schema.fields.map(fieldDescribe),
  });
}

/** GET sobjects. */
export function describeGlobal({ state, version }: Call): EmulatorReply {
  const sobjects = state.allTables().map(({ schema }) => summary(schema, version));
  return json({ encoding: 'UTF-8', maxBatchSize: 200, sobjects });
}

function summary(schema: Schema, version: string): Record<string, unknown> {
  const base = `/services/data/v${version}/sobjects/${schema.name}`;
  return {
    activateable: false,
    createable: true,
    custom: schema.name.endsWith('__c'),
    customSetting: false,
    deletable: true,
    deprecatedAndHidden: false,
    feedEnabled: false,
    keyPrefix: schema.keyPrefix,
    label: schema.label,
    labelPlural: `${schema.label}s`,
    layoutable: true,
    mergeable: false,
    name: schema.name,
    queryable: true,
    replicateable: true,
    retrieveable: true,
    searchable: true,
    triggerable: true,
    undeletable: true,
    updateable: true,
    urls: { sobject: base, describe: `${base}/describe`, rowTemplate: `${base}/{ID}` },
  };
}

function fieldDescribe(field: FieldSpec): Record<string, unknown> {
  return {
    aggregatable: true,
    autoNumber: false,
    byteLength: field.length * 3,
    calculated: field.calculated,
    calculatedFormula: null,
    cascadeDelete: false,
    caseSensitive: false,
    createable: field.createable,
    custom: field.custom,
    defaultValue: null,
    defaultedOnCreate: !field.createable,
    deprecatedAndHidden: false,
    digits: field.digits,
    externalId: field.externalId,
    filterable: !(field.type === 'textarea' && field.length > 255),
    groupable: field.type !== 'double',
    idLookup: field.type === 'id' || field.externalId,
    inlineHelpText: null,
    label: field.label,
    length: field.length,
    name: field.name,
    nameField: field.name === 'Name',
    nillable: field.nillable,
    permissionable: field.custom,
    picklistValues: [],
    precision: field.precision,
    referenceTo: field.referenceTo,
    relationshipName: null,
    restrictedPicklist: false,
    scale: field.scale,
    soapType: soapTypeOf(field.type),
    sortable: true,
    type: field.type,
    unique: field.unique,
    updateable: field.updateable,
  };
}
