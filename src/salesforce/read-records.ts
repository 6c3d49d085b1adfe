import { bylineError } from '../errors.ts';
import type { ArticleRecord } from '../model/change.ts';
import { isSameId } from '../model/ids.ts';
import { fieldName, idLiteral, objectName } from './soql-names.ts';
import { bulkRecordReader } from './articles.ts';
import { nameRequest, pageShape, readShape, type Row, rowShape } from './org-reply.ts';
import { type ArticleQuery, recordReader, selectOf } from './query.ts';
import { readInBulk } from './read-in-bulk.ts';
import { SalesforceApiError } from './api-error.ts';
import type { OrgRequest, OrgSession } from './session.ts';
import { type Infer, z } from '../zod.ts';

/** The object and the fields to read besides the URL field. */
export type StoredFields = Pick<ArticleQuery, 'sobject' | 'urlField' | 'fields'>;

type Found = Map<string, ArticleRecord>;

/** The most Ids in the condition of one query, which keep its URL below the org's 16,384 bytes. */
const QUERY_IDS = 500;

/**
 * Reads the current values of at most 2,000 records, by id, in one request. Deleted and invisible records are missing.
 * A query is used if its URL has room for the ids. The resource for more ids is newer; if the org or a server in front
 * of it lacks it, several queries are sent instead.
 */
export async function readRecords(
  session: OrgSession,
  what: StoredFields,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Found> {
  const retrieved = ids.length > QUERY_IDS ? await retrieve(session, what, ids, signal) : null;
  if (retrieved) return retrieved;
  const found: Found = new Map();
  for (let at = 0; at < ids.length; at += QUERY_IDS) {
    const some = await query(session, what, ids.slice(at, at + QUERY_IDS), signal);
    for (const [id, record] of some) found.set(id, record);
  }
  return found;
}

/** Reads records with a query. */
async function query(
  session: OrgSession,
  what: StoredFields,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Found> {
  const found: Found = new Map();
  const soql = `${selectOf(what)} FROM ${objectName(what.sobject)} WHERE Id IN (${ids.map(idLiteral).join(',')})`;
  const asked = new Map(ids.map((id) => [id.slice(0, 15), id]));
  const toRecord = recordReader(what);
  let path: string | null | undefined = `query?q=${encodeURIComponent(soql)}`;
  while (path) {
    const request: OrgRequest = { api: 'rest', method: 'GET', path, signal };
    const page: Infer<typeof pageShape> = readShape(await session.send(request), request, pageShape);
    const news = page.records.filter(({ Id }) => asked.has(Id.slice(0, 15)) && !found.has(Id));
    // Each page must have new records that were requested, so that there is a last page.
    if (news.length < page.records.length || (news.length === 0 && page.nextRecordsUrl)) throw notAsked(request);
    for (const row of news) found.set(row.Id, toRecord(row));
    path = page.nextRecordsUrl;
  }
  return found;
}

/**
 * Reads records with sObject Collections (REST API Developer Guide, "Get Records With a Request Body Using sObject
 * Collections"). Returns `null` if the org has no such resource.
 */
async function retrieve(
  session: OrgSession,
  what: StoredFields,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Found | null> {
  const path = `composite/sobjects/${objectName(what.sobject)}`;
  const fields = ['Id', ...[what.urlField, ...new Set(what.fields)].map(fieldName)];
  const body = JSON.stringify({ ids, fields });
  const request = { api: 'rest', method: 'POST', path, body, reads: true, signal } as const;
  const reply = await session.send(request).catch((error: unknown) => {
    if (error instanceof SalesforceApiError && (error.status === 404 || error.status === 405)) return null;
    throw error;
  });
  if (!reply) return null;
  // In the order of the ids; null for deleted records.
  const rows = readShape(reply, request, z.array(rowShape.nullable()));
  const isOther = (row: Row | null, index: number): boolean => row !== null && !isSameId(row.Id, ids[index]!);
  if (rows.length !== ids.length || rows.some(isOther)) throw notAsked(request);
  const toRecord = recordReader(what);
  const found: Found = new Map();
  rows.forEach((row, index) => row && found.set(ids[index]!, toRecord(row)));
  return found;
}

const notAsked = (request: OrgRequest): Error =>
  bylineError('orgAnswerUnreadable', [nameRequest(request), '200', 'not the records asked for']);

/** Counts the records with an Id from `first` to `last`, in one request. */
export async function countRecords(
  session: OrgSession,
  sobject: string,
  range: readonly [first: string, last: string],
  signal: AbortSignal,
): Promise<number> {
  const soql = `SELECT COUNT() FROM ${objectName(sobject)} WHERE ${within(range)}`;
  const path = `query?q=${encodeURIComponent(soql)}`;
  const request = { api: 'rest', method: 'GET', path, signal } as const;
  return readShape(await session.send(request), request, z.object({ totalSize: z.int().min(0) })).totalSize;
}

/**
 * Reads the current values of the records with an Id from `first` to `last`, in the order of their Ids, with bulk
 * queries.
 */
export function readRange(
  session: OrgSession,
  what: StoredFields,
  [first, last]: readonly [first: string, last: string],
  { folder, signal }: { readonly folder: string; readonly signal: AbortSignal },
): AsyncGenerator<readonly ArticleRecord[], void, undefined> {
  const soql = (after: string | undefined, limit: number): string => {
    const range = after === undefined ? within([first, last]) : `Id > ${idLiteral(after)} AND Id <= ${idLiteral(last)}`;
    return `${selectOf(what)} FROM ${objectName(what.sobject)} WHERE ${range} ORDER BY Id LIMIT ${limit}`;
  };
  return readInBulk(session, { sobject: what.sobject, ...bulkRecordReader(what), soql, folder }, signal);
}

const within = ([first, last]: readonly [string, string]): string =>
  `Id >= ${idLiteral(first)} AND Id <= ${idLiteral(last)}`;
