import { bylineError } from '../errors.ts';
import { isApiName, isFieldName } from '../model/api-name.ts';
import { isRecordId } from '../model/record-id.ts';

/** Valid field names: a run has a handful, and writes them a million times. */
const known = new Set<string>();

/** The name of an object for SOQL, XML, or a path. Throws an error if it isn't an API name. */
export function objectName(name: string): string {
  if (isApiName(name)) return name;
  throw notAName(name);
}

/** The name of a field that is written, or read for comparison. Throws an error if it isn't an API name. */
export function fieldName(name: string): string {
  if (known.has(name)) return name;
  if (!isFieldName(name)) throw notAName(name);
  known.add(name);
  return name;
}

/** An id as SOQL literal. Throws an error if it isn't an id. */
export function idLiteral(id: string): string {
  if (isRecordId(id)) return `'${id}'`;
  throw bylineError('notARecordId', [JSON.stringify(id)]);
}

const notAName = (name: string): Error => bylineError('notAnApiName', [JSON.stringify(name)]);
