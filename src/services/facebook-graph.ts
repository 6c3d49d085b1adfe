import { ok, type Reading } from '../model/reading.ts';
import { readObjectEntries } from './json-object-entries.ts';
import { readCount } from './number.ts';
import { asObject, expectOk, own, parseJson, snippet, textOf } from './reply.ts';
import { type ServiceReply, ServiceError } from './service.ts';

/** The number to read from a URL node: a measure of `engagement`, or the total of `og_object`. */
export type Wanted = 'total' | 'shares' | 'reactions' | 'comments' | 'og_object';

/** The keys of `engagement` that make up a measure. */
const KEYS: Readonly<Record<Exclude<Wanted, 'og_object'>, readonly string[]>> = {
  total: ['reaction_count', 'comment_count', 'share_count', 'comment_plugin_count'],
  shares: ['share_count'],
  reactions: ['reaction_count'],
  comments: ['comment_count'],
};

/** From this percentage of the app's quota on, each reply is followed by a pause: 1 s, doubled for every 5 more. */
const SLOW_DOWN_AT = 75;

/**
 * The JSON of a Graph reply that reports no error. An error, whatever the HTTP status, becomes the {@link ServiceError} its
 * code calls for (Meta, Graph API error handling; reference section 1.2).
 */
export function checkGraph(reply: ServiceReply): unknown {
  const isJson = reply.text.trimStart().startsWith('{');
  const value = isJson ? parseJson(reply) : undefined;
  const error = own(value, 'error');
  if (error !== undefined) throw new GraphError(error);
  expectOk(reply);
  return isJson ? value : parseJson(reply);
}

/** Like {@link checkGraph}, for an object of nodes by URL. */
export function checkGraphNodes(reply: ServiceReply): ReadonlyMap<string, unknown> {
  const nodes = readObjectEntries(reply.text);
  if (!nodes || nodes.has('error')) return new Map(Object.entries(asObject(checkGraph(reply)) ?? {}));
  expectOk(reply);
  return nodes;
}

/** An error that Graph itself reports, unlike an answer that isn't Graph's. */
export class GraphError extends ServiceError {
  /**
   * Graph refuses a URL, perhaps one of a list: an answer, however often it comes, and not a failure of the service.
   */
  public readonly isAnswer: boolean;

  public constructor(error: unknown) {
    const code = own(error, 'code');
    const message = own(error, 'message');
    const reason = `Graph error ${textOf(code) || 'without a code'}: ${textOf(message) || 'without a message'}`;
    // The one invalid parameter that isn't the URL: a field that this version doesn't have.
    const isField = code === 100 && /nonexisting field/i.test(textOf(message));
    super(isField ? 'stop' : actionFor(code, own(error, 'is_transient') === true), snippet(reason));
    this.isAnswer = !isField && (code === 100 || code === 803 || code === 1609005);
  }
}

/** The count in the reply to a request for one URL. */
export function readSingle(reply: ServiceReply, wanted: Wanted): Reading {
  try {
    return readNode(checkGraph(reply), wanted);
  } catch (error) {
    if (error instanceof GraphError && error.isAnswer) return error.reading;
    throw error;
  }
}

/**
 * The counts in the reply to a batch of requests for one URL each: a list of `{code, body}` in their order, where `body`
 * is a string of JSON; `null` for one that timed out. A URL whose request failed has no reading, unless the failure is
 * the answer.
 */
export function readItems(reply: ServiceReply, urls: readonly string[], wanted: Wanted): ReadonlyMap<string, Reading> {
  const items = checkGraph(reply);
  // In a list of another length, it is unknown which item belongs to which URL.
  if (!Array.isArray(items) || items.length !== urls.length)
    throw new ServiceError('url', `not a list of ${urls.length} replies`);
  const readings = new Map<string, Reading>();
  for (const [index, url] of urls.entries()) {
    const [status, text] = [own(items[index], 'code'), own(items[index], 'body')];
    if (typeof status !== 'number' || typeof text !== 'string') continue;
    try {
      readings.set(url, readSingle({ ...reply, status, text }, wanted));
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
    }
  }
  return readings;
}

function actionFor(code: unknown, isTransient: boolean): ServiceError['action'] {
  if (typeof code !== 'number') return 'url';
  if (code === 4 || code === 17 || code === 32 || code === 341 || code === 613) return 'pause';
  if (code === 10 || code === 102 || code === 104 || code === 190 || code === 368 || (code >= 200 && code < 300)) {
    return 'stop';
  }
  return code === 1 || code === 2 || isTransient ? 'retry' : 'url';
}

/**
 * The count of a URL node. A node with only an `id` is a URL Facebook never saw, which is 0, because the fields were
 * requested and no error came with it (reference: Shariff Wrapper).
 */
export function readNode(node: unknown, wanted: Wanted): Reading {
  const holder = wanted === 'og_object' ? own(node, 'og_object') : node;
  const engagement = own(holder, 'engagement');
  if (engagement === undefined) {
    const isUnseen = typeof own(node, 'id') === 'string' && Object.keys(asObject(node) ?? {}).length === 1;
    if (isUnseen) return ok(0);
    throw new ServiceError('url', 'no engagement in the answer');
  }
  if (wanted === 'og_object') return ok(readCount(own(engagement, 'count')));
  return ok(KEYS[wanted].reduce((sum, key) => sum + readCount(own(engagement, key)), 0));
}

/**
 * The count in a reply of 2014: `shares`, which was omitted for 0. So it is 0 if only `id`, and perhaps `comments`, are
 * present; other keys may hold the number in a later format.
 */
export function readLegacy(reply: ServiceReply): Reading {
  const value = checkGraph(reply);
  const shares = own(value, 'shares');
  const isAlone = Object.keys(asObject(value) ?? {}).every((key) => key === 'id' || key === 'comments');
  return ok(shares === undefined && isAlone && typeof own(value, 'id') === 'string' ? 0 : readCount(shares));
}

/**
 * `X-App-Usage: {"call_count":28,"total_time":25,"total_cputime":25}` in percent: when to send the next request, so
 * that the app slows down before it is blocked (Meta, Graph API rate limiting).
 */
export function facebookPause(reply: ServiceReply): number | undefined {
  const header = reply.headers['x-app-usage'];
  if (header === undefined) return undefined;
  const numbers = Object.values(asObject(tryJson(header)) ?? {}).filter((value) => typeof value === 'number');
  const percent = Math.max(0, ...numbers);
  return percent < SLOW_DOWN_AT ? undefined : reply.at + 1000 * 2 ** ((Math.min(percent, 100) - SLOW_DOWN_AT) / 5);
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
