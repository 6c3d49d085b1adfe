import { bylineError } from '../errors.ts';
import { isApiName } from '../model/api-name.ts';
import { meantBy } from '../model/did-you-mean.ts';
import { readShape } from './org-reply.ts';
import { SalesforceApiError } from './api-error.ts';
import type { OrgSession } from './session.ts';
import { requireVersion } from './versions.ts';
import { type Infer, z } from '../zod.ts';

/** The part of a field's describe that is used (REST API Developer Guide, "sObject Describe"). */
const fieldShape = z.object({
  name: z.string(),
  label: z.string().optional(),
  /** Whether it is the object's name field. */
  nameField: z.boolean().optional(),
  type: z.string(),
  createable: z.boolean().optional(),
  updateable: z.boolean(),
  calculated: z.boolean(),
  externalId: z.boolean().optional(),
  unique: z.boolean().optional(),
  /** The most characters of a text field. */
  length: z.number().optional(),
  /** The objects a reference field may refer to. */
  referenceTo: z.array(z.string()).readonly().optional(),
  filterable: z.boolean().optional(),
  /** The digits of a number in total and after its decimal point; of an integer, `digits` in total. */
  precision: z.number().optional(),
  scale: z.number().optional(),
  digits: z.number().optional(),
});
const objectShape = z.object({
  name: z.string(),
  createable: z.boolean().optional(),
  updateable: z.boolean(),
  queryable: z.boolean(),
  /** The key prefix of its record ids. */
  keyPrefix: z.string().nullish(),
  fields: z.array(fieldShape),
});

/** The objects of an org (REST API Developer Guide, "Describe Global"). */
const listShape = z.object({ sobjects: z.array(z.object({ name: z.string() })) });

export type FieldDescribe = Readonly<Infer<typeof fieldShape>>;
export type ObjectDescribe = Readonly<Omit<Infer<typeof objectShape>, 'fields'>> & {
  readonly fields: readonly FieldDescribe[];
};

/** What a run needs of the object. */
export type WantedFields = {
  readonly sobject: string;
  readonly urlField: string;
  /** Fields for counts, by service. */
  readonly fields: Readonly<Record<string, string>>;
  /** The date/time field to stamp; `null` if there is none. */
  readonly stampField: string | null;
  /** Whether the fields are written, or only read. */
  readonly write: boolean;
};

const NUMBERS = new Set(['double', 'int', 'long', 'currency', 'percent']);
const TEXTS = new Set(['url', 'string', 'textarea']);

/** Reads the object's describe. Throws an error naming the object if the org doesn't know it. */
export async function describeObject(
  session: OrgSession,
  sobject: string,
  signal: AbortSignal,
): Promise<ObjectDescribe> {
  if (!isApiName(sobject)) throw bylineError('unknownObject', [sobject]);
  try {
    const path = `sobjects/${sobject}/describe`;
    const request = { api: 'rest', method: 'GET', path, signal } as const;
    return readShape(await session.send(request), request, objectShape);
  } catch (error) {
    if (error instanceof SalesforceApiError && isUnknown(error)) {
      await requireVersion(session, signal);
      throw bylineError('unknownObject', [sobject], {
        meant: await objectMeant(session, sobject, signal),
        cause: error,
      });
    }
    throw error;
  }
}

/** The object that a misspelled name most likely means; `undefined` if none is close, or if the org lists none. */
async function objectMeant(session: OrgSession, sobject: string, signal: AbortSignal): Promise<string | undefined> {
  const request = { api: 'rest', method: 'GET', path: 'sobjects', signal } as const;
  try {
    const { sobjects } = readShape(await session.send(request), request, listShape);
    return meantBy(
      sobject,
      sobjects.map(({ name }) => name),
    );
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/** Whether the org doesn't know the object. A wrong path is a 404, too, with another code. */
const isUnknown = ({ status, code }: SalesforceApiError): boolean =>
  code !== 'URL_NOT_RESET' && (status === 404 || status === 410 || code === 'INVALID_TYPE');

/** Returns the field of this name, regardless of case. If there is none, throws an error naming `setting`. */
export function findField({ name: object, fields }: ObjectDescribe, name: string, setting: string): FieldDescribe {
  const field = fields.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (field) return field;
  const names = fields.map((one) => one.name);
  throw bylineError('unknownField', [name, object], { meant: meantBy(name, names), actionTokens: [setting, object] });
}

/**
 * Checks every field a run needs: the URL field is text; count fields are numbers and, to be written, updateable.
 * Returns `wanted` with all names in the org's spelling. Throws an error naming field and object.
 */
export function checkFields(described: ObjectDescribe, wanted: WantedFields): WantedFields {
  if (wanted.write && !described.updateable) throw bylineError('objectNotUpdateable', [described.name]);
  const url = requireFilterable(findField(described, wanted.urlField, '--url-field, or "urlField"'), described);
  if (!TEXTS.has(url.type)) throw bylineError('urlFieldNotText', [url.name, described.name, url.type]);
  const fields: Record<string, string> = {};
  for (const [service, name] of Object.entries(wanted.fields)) {
    const field = findField(described, name, '--field, or "fields"');
    if (!NUMBERS.has(field.type))
      throw bylineError('fieldNotNumber', [field.name, described.name, field.type, service]);
    if (wanted.write && !field.updateable)
      throw bylineError('fieldNotUpdateable', [field.name, described.name, service]);
    fields[service] = field.name;
  }
  return {
    ...wanted,
    sobject: described.name,
    urlField: url.name,
    fields,
    stampField: stampOf(described, wanted),
  };
}

/**
 * Digits before the decimal point of fields, by the same keys; fields that hold any count are missing (SOAP API
 * Developer Guide, "Field": integers have `digits`, other numbers `precision` and `scale`).
 */
export function digitsOf(
  described: ObjectDescribe,
  fields: Readonly<Record<string, string>>,
): Readonly<Record<string, number>> {
  const byName = new Map(described.fields.map((field) => [field.name, field]));
  const digits = Object.entries(fields).map(([key, name]) => [key, wholeDigits(byName.get(name))] as const);
  return Object.fromEntries(digits.filter((entry): entry is [string, number] => entry[1] !== null));
}

function wholeDigits(field: FieldDescribe | undefined): number | null {
  const { type, precision = 0, scale = 0, digits = 0 } = field ?? {};
  if (type === 'int' || type === 'long') return digits > 0 ? digits : null;
  return precision > 0 ? precision - scale : null;
}

/** Returns the field. Throws an error naming it if queries can't filter by it, such as a long text area. */
function requireFilterable(field: FieldDescribe, { name }: ObjectDescribe): FieldDescribe {
  if (field.filterable === false) throw bylineError('fieldNotFilterable', [field.name, name]);
  return field;
}

function stampOf(described: ObjectDescribe, { stampField, write }: WantedFields): string | null {
  if (stampField === null) return null;
  const { name, type, updateable } = requireFilterable(findField(described, stampField, '"stampField"'), described);
  if (type !== 'datetime') throw bylineError('stampNotDateTime', [name, described.name, type]);
  if (write && !updateable) throw bylineError('stampNotUpdateable', [name, described.name]);
  return name;
}

/** The field with the date of publication. Throws an error naming it if it is missing or not a date. */
export function checkPublished(described: ObjectDescribe, name: string): { field: string; type: 'date' | 'datetime' } {
  const field = findField(described, name, '"publishedField"');
  if (field.type !== 'date' && field.type !== 'datetime')
    throw bylineError('publishedNotDate', [field.name, described.name, field.type]);
  requireFilterable(field, described);
  return { field: field.name, type: field.type };
}
