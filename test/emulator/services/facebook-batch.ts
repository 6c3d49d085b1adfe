import type { EmulatorReply } from '../server.ts';
import { type Context, json } from './emulated-service.ts';
import { graphError, readNode } from './facebook-node.ts';

const MAX_BATCH = 50;

type Item = { readonly method: string; readonly relative_url: string };

/** The requests a `batch` parameter holds; `undefined` where it is not what Graph understands. */
export function batchItems(batch: string): Item[] | undefined {
  try {
    const items = JSON.parse(batch) as unknown;
    return Array.isArray(items) && items.every(isItem) ? items : undefined;
  } catch {
    return undefined;
  }
}

function isItem(value: unknown): value is Item {
  const item = value as Partial<Item> | null;
  return typeof item?.method === 'string' && typeof item.relative_url === 'string';
}

export function itemUrls(item: Item): string[] {
  const { id } = readItem(item);
  return id === null ? [] : [id];
}

/**
 * Answers in the order asked, each item with a status of its own and a body that is a string of JSON (Meta, Graph API,
 * Batch Requests). An item that timed out is null; `withHeaders` is false where include_headers=false was sent.
 */
export function answerBatch(method: string, batch: string, withHeaders: boolean, context: Context): EmulatorReply {
  if (method !== 'POST') return json(400, graphError(3, '(#3) Batch requests must be sent by POST'));
  const items = batchItems(batch);
  if (items === undefined) return json(400, graphError(100, '(#100) param batch must be an array.'));
  if (items.length > MAX_BATCH) {
    const message = `Too many requests in batch message. Maximum batch size is ${MAX_BATCH}`;
    return json(400, graphError(1, message, { type: 'GraphBatchException' }));
  }
  return json(
    200,
    items.map((item) => answerItem(item, withHeaders, context)),
  );
}

function answerItem(item: Item, withHeaders: boolean, context: Context): object | null {
  const { path, id, fields } = readItem(item);
  if (id !== null && context.counts.oddity(id) === 'timeout') return null;
  if (item.method !== 'GET' || id === null || !/^\/?(v\d+\.\d+)?\/?$/.test(path)) {
    return part(400, graphError(100, '(#100) Unsupported request in batch'), withHeaders);
  }
  const node = readNode(id, fields, context);
  return part(node.status, node.value, withHeaders);
}

function part(code: number, value: object, withHeaders: boolean): object {
  const headers = withHeaders ? [{ name: 'Content-Type', value: 'application/json; charset=UTF-8' }] : undefined;
  return { code, headers, body: JSON.stringify(value) };
}

function readItem(item: Item): { path: string; id: string | null; fields: string | null } {
  const [path = '', ...query] = item.relative_url.split('?');
  const parameters = new URLSearchParams(query.join('?'));
  return { path, id: parameters.get('id'), fields: parameters.get('fields') };
}
