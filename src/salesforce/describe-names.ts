import { bylineError } from '../errors.ts';
import type { NameFields } from '../model/names.ts';
import { type FieldDescribe, findField, type ObjectDescribe } from './describe.ts';

/** Types whose values are readable text (SOAP API Developer Guide, "Field Types"). */
const TEXTS = new Set(['string', 'textarea', 'url', 'email', 'phone', 'picklist', 'multipicklist', 'combobox']);

/**
 * The fields for the names of articles, in the org's spelling: those `wanted`, or for the label the object's name
 * field, if the user may read it. Throws an error naming field and object if one is missing or isn't text.
 */
export function checkNames(described: ObjectDescribe, wanted: NameFields): NameFields {
  const find = (key: keyof NameFields): FieldDescribe | undefined => {
    const name = wanted[key];
    if (name === null) return undefined;
    const field = findField(described, name, `"${key}"`);
    if (!TEXTS.has(field.type)) throw bylineError('nameNotText', [field.name, described.name, field.type, key]);
    return field;
  };
  const nameField = described.fields.find((field) => field.nameField === true && TEXTS.has(field.type));
  return {
    labelField: (find('labelField') ?? nameField)?.name ?? null,
    authorField: find('authorField')?.name ?? null,
  };
}
