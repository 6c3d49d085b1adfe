import { bylineError } from '../errors.ts';
import type { FieldValue } from '../model/change.ts';
import { toFieldValue } from './field-value.ts';
import { nameRequest, readJson } from './org-reply.ts';
import { readInBulk } from './read-in-bulk.ts';
import type { OrgSession } from './session.ts';

type Row = Readonly<Record<string, unknown>>;

/** A record and what fields of it hold now. */
export type StoredRecord = { readonly id: string; readonly fields: Readonly<Record<string, FieldValue>> };

/** Which fields of which object are read. */
export type StoredFields = { readonly sobject: string; readonly fields: readonly string[] };

/**
 * What fields of certain records hold now, by id: one request for at most 2,000 (REST API Developer Guide, "Get Records
 * With a Request Body Using sObject Collections"). A record that is gone, or not visible, is not in the result.
 */
export async function readRecords(
  session: OrgSession,
  sobject: string,
  fields: readonly string[],
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, StoredRecord['fields']>> {
  const path = `composite/sobjects/${sobject}`;
  const body = JSON.stringify({ ids, fields: ['Id', ...fields] });
  const request = { api: 'rest', method: 'POST', path, body, reads: true, signal } as const;
  const reply = await session.send(request);
  // In the order of the ids; null for those that are gone.
  const rows = readJson<readonly (Row | null)[]>(reply, request);
  if (rows.length !== ids.length || rows.some((row, index) => row && !isOf(row, ids[index]!))) {
    throw bylineError('orgAnswerUnreadable', [nameRequest(request), String(reply.status), 'not the records asked for']);
  }
  const found = new Map<string, StoredRecord['fields']>();
  rows.forEach((row, index) => row && found.set(ids[index]!, pick(row, fields)));
  return found;
}

const isOf = (row: Row, id: string): boolean => String(row['Id']).slice(0, 15) === id.slice(0, 15);

function pick(row: Row, fields: readonly string[]): StoredRecord['fields'] {
  return Object.fromEntries(fields.map((field) => [field, toFieldValue(row[field])]));
}

/** How many records have an Id from `first` to `last`: one request. */
export async function countRecords(
  session: OrgSession,
  sobject: string,
  range: readonly [first: string, last: string],
  signal: AbortSignal,
): Promise<number> {
  const soql = `SELECT COUNT() FROM ${sobject} WHERE ${within(range)}`;
  const path = `query?q=${encodeURIComponent(soql)}`;
  const request = { api: 'rest', method: 'GET', path, signal } as const;
  return readJson<{ totalSize: number }>(await session.send(request), request).totalSize;
}

/** What fields of the records with an Id from `first` to `last` hold now, in the order of their Ids, by bulk queries. */
export function readRange(
  session: OrgSession,
  { sobject, fields }: StoredFields,
  [first, last]: readonly [first: string, last: string],
  folder: string,
  signal: AbortSignal,
): AsyncGenerator<readonly StoredRecord[], void, undefined> {
  const names = [...new Set(fields)];
  const read = {
    sobject,
    fields: names,
    soql: (after: string | undefined, limit: number) =>
      `SELECT Id, ${names.join(', ')} FROM ${sobject} WHERE ${after === undefined ? within([first, last]) : `Id > '${after}' AND Id <= '${last}'`}` +
      ` ORDER BY Id LIMIT ${limit}`,
    toRecord: (row: { id: string; value(field: number): FieldValue }) => {
      const stored: Record<string, FieldValue> = {};
      for (let index = 0; index < names.length; index += 1) stored[names[index]!] = row.value(index);
      return { id: row.id, fields: stored };
    },
    folder,
  };
  return readInBulk(session, read, signal);
}

const within = ([first, last]: readonly [string, string]): string => `Id >= '${first}' AND Id <= '${last}'`;
