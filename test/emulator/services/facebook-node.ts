import type { EmulatorReply } from '../server.ts';
import { hash, split } from './counts.ts';
import { type Context, isHttpUrl, json } from './emulated-service.ts';

/** What Graph says of one id, apart or inside a list or batch. */
export type NodeReply = { readonly status: number; readonly value: object };

/** Messages of the error codes a test may tell for a URL. */
const MESSAGES: Readonly<Record<number, string>> = {
  1: 'An unknown error occurred',
  2: 'Service temporarily unavailable',
  4: '(#4) Application request limit reached',
  10: '(#10) This endpoint requires the permission',
  17: '(#17) User request limit reached',
  32: '(#32) Page request limit reached',
  100: '(#100) Invalid parameter',
  102: 'Session key invalid or no longer valid',
  190: 'Error validating access token: the application has been deleted.',
  200: '(#200) Permissions error',
  341: '(#341) Application limit reached',
  368: '(#368) The action attempted has been deemed abusive or is otherwise disallowed',
  613: '(#613) Calls to this api have exceeded the rate limit.',
  803: '(#803) Some of the aliases you requested do not exist',
  1609005: 'The link could not be read.',
};

const THROTTLING = new Set([4, 17, 32, 341, 613]);

/** The error object every Graph failure comes in. */
export function graphError(code: number, message = MESSAGES[code] ?? 'Unknown error', more: object = {}): object {
  return { error: { message, type: 'OAuthException', code, ...more, fbtrace_id: 'AEmulatedTraceId0000000' } };
}

const refusal = (code: number, message?: string): NodeReply => ({
  status: THROTTLING.has(code) ? 403 : 400,
  value: graphError(code, message),
});

export function reply(node: NodeReply): EmulatorReply {
  return json(node.status, node.value);
}

/**
 * The node of `url` with the fields asked for. Without fields, and for a URL never shared, it is its `id` only. Oddities:
 * `{code}` is an error of that code, `missing` leaves out the fields, `timeout` is null in a batch.
 */
export function readNode(url: string, fields: string | null, { counts, quota }: Context): NodeReply {
  const oddity = counts.oddity(url);
  if (typeof oddity === 'object') return refusal(oddity.code);
  if (!isHttpUrl(url)) return refusal(100, `(#100) Invalid id: ${url}`);
  if (!quota.take()) return refusal(4);
  const value: Record<string, unknown> = {};
  for (const field of topLevel(fields ?? '')) {
    if (!['id', 'engagement', 'og_object{engagement}'].includes(field)) {
      return refusal(100, `(#100) Tried accessing nonexisting field (${field.replace(/\{.*/, '')})`);
    }
    if (isNeverShared(url, counts) || oddity === 'missing' || field === 'id') continue;
    if (field === 'engagement') value['engagement'] = engagement(url, counts);
    else value['og_object'] = { engagement: ogEngagement(url, counts), id: String(10 ** 15 + hash(url)) };
  }
  return { status: 200, value: { ...value, id: url } };
}

/** Whether a URL was never shared. While the service has a number fault, every URL counts as shared. */
export const isNeverShared = (url: string, counts: Context['counts']): boolean =>
  counts.count(url) === 0 && counts.fault === undefined;

/** The total in its parts: they add up to the count. */
function engagement(url: string, counts: Context['counts']): object {
  const [reactions = 0, comments = 0, shares = 0] = split(counts.count(url), 3, url);
  return {
    reaction_count: counts.ail(reactions),
    comment_count: counts.ail(comments),
    share_count: counts.ail(shares),
    comment_plugin_count: counts.ail(0),
  };
}

function ogEngagement(url: string, counts: Context['counts']): object {
  const count = counts.shown(url);
  return { count, social_sentence: `${count ?? 'No'} people like this.` };
}

/** Cuts at the commas outside braces. */
function topLevel(fields: string): string[] {
  return fields.split(/,(?![^{]*\})/).filter((field) => field !== '');
}
