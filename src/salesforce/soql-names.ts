import { bylineError } from '../errors.ts';
import { isApiName, isFieldName } from '../model/api-name.ts';
import { isRecordId } from '../model/record-id.ts';

/** Fields that were found good: a run has a handful, and writes them a million times. */
const known = new Set<string>();

/** The name of an object as SOQL, XML or a path may hold it. Throws an error where it is no API name, wherever it is from. */
export function objectName(name: string): string {
  if (isApiName(name)) return name;
  throw notAName(name);
}

/** The name of a field that is written, or read to be compared. Throws an error where it is no API name, wherever it is from. */
export function fieldName(name: string): string {
  if (known.has(name)) return name;
  if (!isFieldName(name)) throw notAName(name);
  known.add(name);
  return name;
}

/** An id as SOQL writes it. Throws an error where it is none, wherever it is from. */
export function idLiteral(id: string): string {
  if (isRecordId(id)) return `'${id}'`;
  throw bylineError('notARecordId', [JSON.stringify(id)]);
}

const notAName = (name: string): Error => bylineError('notAnApiName', [JSON.stringify(name)]);
