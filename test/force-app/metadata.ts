import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiSchemas } from '@jsforce/jsforce-node/lib/api/metadata/schema.js';
import { XMLParser } from 'fast-xml-parser';
import type { FieldInput, FieldType } from '../emulator/org/data/schema.ts';
import { list, root } from '../repo/sources.ts';

/** An element: for each name what stands in it, text or elements. */
export type Element = { readonly [name: string]: readonly (string | Element)[] };

export type Document = { readonly path: string; readonly type: string; readonly content: Element };

const parser = new XMLParser({ parseTagValue: false, ignoreDeclaration: true, isArray: () => true });

/** All metadata there is. */
export const documents: readonly Document[] = list('force-app/**/*-meta.xml').map((path) => {
  const parsed = parser.parse(readFileSync(join(root, path), 'utf8'), true) as Element;
  const [type = ''] = Object.keys(parsed);
  return { path, type, content: parsed[type]![0] as Element };
});

/** The only document of a type, or the one whose path has this in it. */
export function documentOf(type: string, part = ''): Element {
  const found = documents.filter((document) => document.type === type && document.path.includes(part));
  if (found.length !== 1) throw new Error(`${found.length} documents of type ${type}`);
  return found[0]!.content;
}

export const text = (element: Element, name: string): string | undefined => element[name]?.[0] as string | undefined;

export const elements = (element: Element, name: string): readonly Element[] =>
  (element[name] ?? []) as readonly Element[];

/** What `describe` calls the types of fields. */
const TYPES: Readonly<Record<string, FieldType>> = {
  Text: 'string',
  Url: 'url',
  Date: 'date',
  DateTime: 'datetime',
  Number: 'double',
  MasterDetail: 'reference',
};

/** The custom fields of an object, as the emulated org wants to be told of them. */
export function fieldsOf(object: string): FieldInput[] {
  return documents
    .filter(({ type, path }) => type === 'CustomField' && path.includes(`/${object}/`))
    .map(({ content }) => ({
      name: text(content, 'fullName')!,
      type: TYPES[text(content, 'type')!]!,
      label: text(content, 'label')!,
      ...(content['length'] && { length: Number(text(content, 'length')) }),
      ...(content['precision'] && {
        precision: Number(text(content, 'precision')),
        scale: Number(text(content, 'scale')),
      }),
      ...(text(content, 'externalId') === 'true' && { externalId: true }),
      ...(text(content, 'unique') === 'true' && { unique: true }),
      ...(content['referenceTo'] && {
        ...{ referenceTo: content['referenceTo'] as string[], nillable: false },
        updateable: text(content, 'reparentableMasterDetail') === 'true',
      }),
    }));
}

/** Names of the fields of an object that a permission set lets its users read or edit, sorted. */
export function granted(permissionSet: string, right: 'readable' | 'editable', object: string): string[] {
  return elements(documentOf('PermissionSet', permissionSet), 'fieldPermissions')
    .filter((permission) => text(permission, right) === 'true')
    .map((permission) => text(permission, 'field')!.split('.'))
    .filter(([of]) => of === object)
    .map(([, name]) => name!)
    .sort();
}

/**
 * The fields of an object as the users of a permission set see them. A master-detail field has no permission of its own: its
 * parent's object decides.
 */
export function fieldsFor(permissionSet: string, object: string): FieldInput[] {
  const readable = granted(permissionSet, 'readable', object);
  const editable = granted(permissionSet, 'editable', object);
  return fieldsOf(object)
    .filter(({ name, type }) => type === 'reference' || readable.includes(name))
    .map((field) => {
      const { name, type } = field;
      const may = type === 'reference' || editable.includes(name);
      return { ...field, createable: may, updateable: may && field.updateable !== false };
    });
}

type TypeSchema = { readonly props: Readonly<Record<string, string | readonly [string]>>; readonly extends?: string };

const schemas = ApiSchemas as unknown as Readonly<Record<string, TypeSchema>>;

const SHAPES: Readonly<Record<string, RegExp>> = { string: /./, boolean: /^(true|false)$/, number: /^-?\d+(\.\d+)?$/ };

/** What the Metadata API would not understand in an element of this type, going by its WSDL; text in elements too. */
export function complaintsAbout(type: string, element: string | Element): string[] {
  const is = type.replace('?', '');
  const shape = SHAPES[is];
  if (shape) return typeof element === 'string' && shape.test(element) ? [] : [`${JSON.stringify(element)} is no ${is}`];
  const known = propsOf(is);
  const parts = element === '' ? {} : (element as Element);
  const missing = Object.keys(known).filter((name) => !optional(known[name]!) && !(name in parts));
  const wrong = Object.entries(parts).flatMap(([name, values]) => {
    const [one, many] = typeof known[name] === 'string' ? [known[name], false] : [known[name]?.[0], true];
    if (one === undefined) return [`unknown ${name}`];
    const often = values.length > 1 && !many ? [`${name} more than once`] : [];
    return [...often, ...values.flatMap((value) => complaintsAbout(one, value).map((what) => `${name}: ${what}`))];
  });
  return [...missing.map((name) => `no ${name}`), ...wrong];
}

const optional = (spec: string | readonly [string]): boolean => typeof spec !== 'string' || spec.startsWith('?');

function propsOf(type: string): TypeSchema['props'] {
  const schema = schemas[type];
  if (!schema) throw new Error(`no metadata type ${type}`);
  return { ...(schema.extends && propsOf(schema.extends)), ...schema.props };
}
