import { z } from 'zod';
import { bylineError } from '../errors.ts';
import type { FieldValue } from '../model/change.ts';
import { isSameId } from '../model/ids.ts';
import { toFieldValue } from './field-value.ts';
import { nameRequest, pageShape, readShape, type Row, rowShape } from './org-reply.ts';
import { readInBulk } from './read-in-bulk.ts';
import { Refusal } from './refusal.ts';
import type { OrgRequest, OrgSession } from './session.ts';

/** A record and what fields of it hold now. */
export type StoredRecord = { readonly id: string; readonly fields: Readonly<Record<string, FieldValue>> };

/** Which fields of which object are read. */
export type StoredFields = { readonly sobject: string; readonly fields: readonly string[] };

/** Ids in the condition of one query: with them and the fields of the object its URL stays below the org's 16,384 bytes. */
const QUERY_IDS = 500;

/**
 * What fields of certain records hold now, by id, of at most 2,000 in one request. A record that is gone, or not visible,
 * is not in the result. Where a query has room for the ids it is one; the resource for more is younger, and where the org,
 * or what stands before it, does not have it, several queries take its place.
 */
export async function readRecords(
  session: OrgSession,
  what: StoredFields,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, StoredRecord['fields']>> {
  const found = new Map<string, StoredRecord['fields']>();
  if (ids.length > QUERY_IDS && (await retrieve(session, what, ids, found, signal))) return found;
  for (let at = 0; at < ids.length; at += QUERY_IDS) {
    await query(session, what, ids.slice(at, at + QUERY_IDS), found, signal);
  }
  return found;
}

/** Adds to `found` what a query gives for the ids. */
async function query(
  session: OrgSession,
  { sobject, fields }: StoredFields,
  ids: readonly string[],
  found: Map<string, StoredRecord['fields']>,
  signal: AbortSignal,
): Promise<void> {
  const list = ids.map((id) => `'${id}'`).join(',');
  const soql = `SELECT Id, ${[...new Set(fields)].join(', ')} FROM ${sobject} WHERE Id IN (${list})`;
  const asked = new Map(ids.map((id) => [id.slice(0, 15), id]));
  let path: string | null | undefined = `query?q=${encodeURIComponent(soql)}`;
  while (path) {
    const request: OrgRequest = { api: 'rest', method: 'GET', path, signal };
    const page: z.infer<typeof pageShape> = readShape(await session.send(request), request, pageShape);
    const news = page.records.filter(({ Id }) => asked.has(Id.slice(0, 15)) && !found.has(Id));
    // Each page brings records that were asked for, and none twice: so there is a last one.
    if (news.length < page.records.length || (news.length === 0 && page.nextRecordsUrl)) throw notAsked(request);
    for (const row of news) found.set(row.Id, pick(row, fields));
    path = page.nextRecordsUrl;
  }
}

/**
 * Adds to `found` what sObject collections give for the ids (REST API Developer Guide, "Get Records With a Request Body
 * Using sObject Collections"). False where there is no such resource.
 */
async function retrieve(
  session: OrgSession,
  { sobject, fields }: StoredFields,
  ids: readonly string[],
  found: Map<string, StoredRecord['fields']>,
  signal: AbortSignal,
): Promise<boolean> {
  const path = `composite/sobjects/${sobject}`;
  const body = JSON.stringify({ ids, fields: ['Id', ...fields] });
  const request = { api: 'rest', method: 'POST', path, body, reads: true, signal } as const;
  const reply = await session.send(request).catch((error: unknown) => {
    if (error instanceof Refusal && (error.status === 404 || error.status === 405)) return null;
    throw error;
  });
  if (!reply) return false;
  // In the order of the ids; null for those that are gone.
  const rows = readShape(reply, request, z.array(rowShape.nullable()));
  const isOther = (row: Row | null, index: number): boolean => row !== null && !isSameId(row.Id, ids[index]!);
  if (rows.length !== ids.length || rows.some(isOther)) throw notAsked(request);
  rows.forEach((row, index) => row && found.set(ids[index]!, pick(row, fields)));
  return true;
}

const notAsked = (request: OrgRequest): Error =>
  bylineError('orgAnswerUnreadable', [nameRequest(request), '200', 'not the records asked for']);

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
  return readShape(await session.send(request), request, z.object({ totalSize: z.int().min(0) })).totalSize;
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
