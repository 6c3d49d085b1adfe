import type { EmulatorReply, EmulatorRequest } from '../server.ts';
import { type Context, type EmulatedService, json, NOT_FOUND } from './emulated-service.ts';
import { answerBatch, batchItems, itemUrls } from './facebook-batch.ts';
import { answerLegacy, legacyUrl } from './facebook-legacy.ts';
import { graphError, readNode, reply } from './facebook-node.ts';
import { form } from './requests.ts';

export const FACEBOOK_TOKEN = 'BYLINE_FACEBOOK_TOKEN';
const MAX_IDS = 50;

/**
 * The Graph API's URL node: `GET /vN.N/?id=U` or `?ids=U,U`, `POST /vN.N/` with a batch; and, where a request names neither
 * a version nor anything Graph, the anonymous shape of 2014.
 */
export const facebook: EmulatedService = {
  name: 'facebook',
  path: '',
  settings: (endpoint) => ({ endpoint, version: 'v26.0', tokenEnv: FACEBOOK_TOKEN }),
  env: { [FACEBOOK_TOKEN]: '1122334455|emulated-app-secret' },
  urls: (request) => {
    const call = readCall(request);
    if (call === undefined) return legacyUrl(request);
    if (call.batch !== null) return batchItems(call.batch)?.flatMap(itemUrls) ?? [];
    return call.ids ?? (call.id === null ? [] : [call.id]);
  },
  answer: (request, context) => {
    const call = readCall(request);
    return call === undefined ? answerLegacy(request, context) : withUsage(answerGraph(call, context), context);
  },
  errorInside200: () =>
    json(
      200,
      graphError(2, 'An unexpected error has occurred. Please retry your request later.', { is_transient: true }),
    ),
};

/** What the app has used of its calls, in percent: the header comes only after some use (Meta, Graph API rate limiting). */
function withUsage(reply: EmulatorReply, { quota }: Context): EmulatorReply {
  const { limit, remaining } = quota.state;
  const percent = limit === 0 ? 0 : Math.floor((100 * (limit - remaining)) / limit);
  if (!(percent >= 10)) return reply;
  const usage = JSON.stringify({ call_count: percent, total_time: 1, total_cputime: 1 });
  return { ...reply, headers: { ...reply.headers, 'x-app-usage': usage } };
}

type Call = {
  readonly method: string;
  readonly path: string;
  readonly id: string | null;
  readonly ids: string[] | undefined;
  readonly fields: string | null;
  readonly token: string | null;
  readonly batch: string | null;
  readonly withHeaders: boolean;
};

/** The Graph call a request makes; `undefined` for a request of 2014. */
function readCall(request: EmulatorRequest): Call | undefined {
  const body = form(request);
  const value = (name: string): string | null => request.query.get(name) ?? body.get(name);
  const version = /^\/v\d+\.\d+(?=\/|$)/.exec(request.path)?.[0];
  const isGraph =
    version !== undefined ||
    request.method === 'POST' ||
    ['access_token', 'fields', 'ids'].some((name) => value(name) !== null);
  if (!isGraph) return undefined;
  return {
    method: request.method,
    path: request.path.slice(version?.length ?? 0),
    id: value('id'),
    // A comma separates, escaped or not: the query is decoded before the list is cut.
    ids: value('ids')?.split(','),
    fields: value('fields'),
    token: value('access_token'),
    batch: value('batch'),
    withHeaders: value('include_headers') !== 'false',
  };
}

function answerGraph(call: Call, context: Context): EmulatorReply {
  if (call.path !== '' && call.path !== '/') return NOT_FOUND;
  if (call.token === null || call.token === '') {
    return json(400, graphError(104, 'An access token is required to request this resource.'));
  }
  if (call.token !== context.secret(FACEBOOK_TOKEN)) {
    return json(400, graphError(190, 'Invalid OAuth access token - Cannot parse access token'));
  }
  if (call.batch !== null) return answerBatch(call.method, call.batch, call.withHeaders, context);
  if (call.method !== 'GET') return json(400, graphError(100, 'Unsupported post request.', { error_subcode: 33 }));
  if (call.ids !== undefined) return answerIds(call.ids, call.fields, context);
  if (call.id === null || call.id === '') return json(400, graphError(100, 'The parameter id is required'));
  return reply(readNode(call.id, call.fields, context));
}

/** One bad URL fails the whole list. The oddity `respelled` comes back under a key with a slash more. */
function answerIds(ids: readonly string[], fields: string | null, context: Context): EmulatorReply {
  if (ids.length > MAX_IDS) {
    return json(400, graphError(100, `(#100) Too many IDs. Maximum: ${MAX_IDS}. Provided: ${ids.length}.`));
  }
  const found: [string, object][] = [];
  for (const id of ids) {
    const node = readNode(id, fields, context);
    if (node.status !== 200) return reply(node);
    found.push([context.counts.oddity(id) === 'respelled' ? `${id}/` : id, node.value]);
  }
  return json(200, Object.fromEntries(found));
}
