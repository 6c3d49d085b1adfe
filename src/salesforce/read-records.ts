import type { FieldValue } from '../model/change.ts';
import { toFieldValue } from './query.ts';
import { readJson } from './org-reply.ts';
import type { OrgSession } from './session.ts';

type Row = Readonly<Record<string, unknown>>;
type Page = { readonly nextRecordsUrl?: string; readonly records: readonly Row[] };

/**
 * What fields of certain records hold now, by id, in as few requests as the org allows. A record that is gone, or not
 * visible, is not in the result. `ids` are at most 500: the URL of the query must stay below 16,384 bytes.
 */
export async function readRecords(
  session: OrgSession,
  sobject: string,
  fields: readonly string[],
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, Readonly<Record<string, FieldValue>>>> {
  const soql = `SELECT Id, ${fields.join(', ')} FROM ${sobject} WHERE Id IN (${ids.map((id) => `'${id}'`).join(',')})`;
  const headers = { 'sforce-query-options': 'batchSize=2000' };
  const found = new Map<string, Readonly<Record<string, FieldValue>>>();
  let path: string | undefined = `query?q=${encodeURIComponent(soql)}`;
  while (path !== undefined) {
    const request = { api: 'rest', method: 'GET', path, headers, signal } as const;
    const page: Page = readJson<Page>(await session.send(request), request);
    for (const row of page.records) found.set(String(row['Id']), pick(row, fields));
    path = page.nextRecordsUrl;
  }
  return found;
}

function pick(row: Row, fields: readonly string[]): Record<string, FieldValue> {
  return Object.fromEntries(fields.map((field) => [field, toFieldValue(row[field])]));
}
