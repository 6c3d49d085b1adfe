import { bylineError } from '../errors.ts';
import type { HistorySettings } from '../model/history.ts';
import { type FieldDescribe, findField, type ObjectDescribe } from './describe.ts';

/** The length of a key: an Id of 18 characters, a hyphen, and a date. */
const KEY_LENGTH = 29;
const NUMBERS = new Set(['double', 'int', 'long', 'currency', 'percent']);

/**
 * Checks the object for the history: rows can be created and updated, the key is a unique external id, the parent
 * refers to the records' object, the date is a date, and all others are numbers. Returns `wanted` with all names in the
 * org's spelling. Throws an error naming field and object.
 */
export function checkHistory(described: ObjectDescribe, parent: string, wanted: HistorySettings): HistorySettings {
  const { name: object } = described;
  if (!described.createable) throw bylineError('historyNotCreateable', [object]);
  if (!described.updateable) throw bylineError('objectNotUpdateable', [object]);
  const find = (name: string): FieldDescribe => {
    const field = findField(described, name, '"history"');
    if (!field.createable) throw bylineError('historyFieldFixed', [field.name, object]);
    return field;
  };
  const findNumbers = (mapping: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(mapping).map(([service, name]) => {
        const field = find(name);
        if (!NUMBERS.has(field.type)) throw bylineError('fieldNotNumber', [field.name, object, field.type, service]);
        if (!field.updateable) throw bylineError('historyFieldFixed', [field.name, object]);
        return [service, field.name];
      }),
    );
  const key = find(wanted.keyField);
  const wrong = keyProblem(key);
  if (wrong !== undefined) throw bylineError('historyKeyUnfit', [key.name, object, wrong]);
  const link = find(wanted.parentField);
  const objects = link.referenceTo ?? [];
  if (!objects.some((one) => one.toLowerCase() === parent.toLowerCase())) {
    const holds = objects.length === 0 ? `is of type ${link.type}` : `points to ${objects.join(', ')}`;
    throw bylineError('historyParentUnfit', [link.name, object, parent, holds]);
  }
  const date = find(wanted.dateField);
  if (date.type !== 'date') throw bylineError('historyDateUnfit', [date.name, object, date.type]);
  return {
    ...wanted,
    ...{ sobject: object, parentField: link.name, keyField: key.name, dateField: date.name },
    fields: findNumbers(wanted.fields),
    changeFields: findNumbers(wanted.changeFields),
  };
}

/** Why upserts can't use a field as key; `undefined` if they can. */
function keyProblem({ type, externalId, unique, length = KEY_LENGTH }: FieldDescribe): string | undefined {
  if (type !== 'string') return `its type is ${type}, not Text`;
  if (!externalId) return "it isn't an External ID";
  if (!unique) return "it isn't Unique";
  return length < KEY_LENGTH ? `it holds ${length} characters, but keys have ${KEY_LENGTH}` : undefined;
}
