import type { RowResult } from '../model/bulk.ts';
import type { Change, StoredRecord } from '../model/change.ts';
import { fieldName, objectName } from './soql-names.ts';
import { nameRequest, snippetOf } from './org-reply.ts';
import { readRecords, type StoredFields } from './read-records.ts';
import { type OrgRequest, type OrgSession, OutcomeUnknownError } from './session.ts';

/** The text around and between the records of a collection, which are written independently of each other. */
export const COLLECTION = { open: '{"allOrNone":false,"records":[', between: ',', close: ']}' };

/**
 * Returns a function that writes a record of `sobject` for a collection: the id and the new value of each changed
 * field; `null` clears a field.
 */
export function recordWriter(sobject: string): (change: Change) => string {
  const open = `{"attributes":{"type":${JSON.stringify(objectName(sobject))}},"id":`;
  return ({ id, fields }) => {
    let json = open + JSON.stringify(id);
    for (const name in fields) json += `,"${fieldName(name)}":${JSON.stringify(fields[name]![1])}`;
    return `${json}}`;
  };
}

/**
 * Writes with sObject Collections (REST API Developer Guide, "Update Records Using sObject Collections", "Upsert
 * Records Using sObject Collections"): up to 200 records are updated, or upserted by an external id, in one request. A
 * request whose answer is lost is not repeated here: `write` returns `outcomeUnknown`, and the caller reconciles. A
 * request refused as a whole throws a {@link SalesforceApiError}.
 */
export class CollectionsClient {
  private readonly session: OrgSession;
  private readonly what: StoredFields;
  private readonly path: string;

  /** `what` is read by {@link readRecords}. Rows are upserted if an external id field is specified. */
  public constructor(session: OrgSession, what: StoredFields, externalIdField?: string) {
    this.session = session;
    this.what = what;
    this.path = `composite/sobjects${externalIdField === undefined ? '' : `/${what.sobject}/${externalIdField}`}`;
  }

  /**
   * PATCH composite/sobjects, or composite/sobjects/{object}/{external id}. An answer without a result for each of the
   * `records` counts as lost.
   */
  public async write(
    body: Uint8Array,
    records: number,
    signal: AbortSignal,
  ): Promise<readonly RowResult[] | { readonly outcomeUnknown: string }> {
    const request: OrgRequest = { api: 'rest', method: 'PATCH', path: this.path, body, signal };
    try {
      const reply = await this.session.send(request);
      const results = readCollectionResults(reply.body.toString());
      if (results?.length === records) return results;
      const what = `${nameRequest(request)}: HTTP ${reply.status}`;
      return { outcomeUnknown: `${what}, but no result for each record: ${snippetOf(reply.body)}` };
    } catch (error) {
      if (error instanceof OutcomeUnknownError) return { outcomeUnknown: error.message };
      throw error;
    }
  }

  /** Reads the current values of records, by id; deleted and invisible records are missing. */
  public readRecords(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, StoredRecord>> {
    return readRecords(this.session, this.what, ids, signal);
  }
}

/**
 * Reads the results of a collection, in the order of its records; `undefined` if the body is something else. For a
 * record with several errors, the first is kept.
 */
export function readCollectionResults(json: string): RowResult[] | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) ? value.map(toRowResult) : undefined;
  } catch {
    return undefined;
  }
}

type Result = { readonly id?: unknown; readonly success?: unknown; readonly errors?: unknown };

function toRowResult(value: unknown): RowResult {
  const { id, success, errors } = value as Result;
  if (typeof success !== 'boolean') throw new TypeError('no result of a record');
  const error = (Array.isArray(errors) ? errors[0] : undefined) as Partial<RowResult> | undefined;
  const fields = Array.isArray(error?.fields) ? error.fields.map(String) : [];
  return {
    ...(typeof id === 'string' ? { id } : {}),
    success,
    statusCode: String(error?.statusCode ?? ''),
    message: String(error?.message ?? ''),
    fields,
  };
}
