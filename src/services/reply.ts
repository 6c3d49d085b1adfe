import { retryAfterMs } from '../http/retry-after.ts';
import { readJsonp } from './jsonp.ts';
import { readObjectEntries } from './json-object-entries.ts';
import { type ServiceReply, ServiceError } from './service.ts';

/** A JSON object of which nothing is known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** More of a text than this is not even looked at to say what it says. */
const LONGEST_TEXT = 20_000;

/**
 * The beginning of `text` on one line, free of control and formatting characters (terminal escapes). Cut generously where
 * secrets are still to be taken out of it: half a secret is not recognised.
 */
export function snippet(text: string, length = 1000): string {
  const start = text.slice(0, LONGEST_TEXT);
  const whole = start.length < text.length && start.includes(' ') ? start.slice(0, start.lastIndexOf(' ')) : start;
  return whole
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, length);
}

/** What a reply says, as a {@link snippet}: of a web page only its title, as markup tells nobody anything. */
export function gist(text: string): string {
  const start = text.slice(0, LONGEST_TEXT);
  if (!/^\s*</.test(start)) return snippet(text);
  const title = /<title[^>]*>([^<]*)/i.exec(start)?.[1];
  return title === undefined ? snippet(start.replace(/<[^>]*>/g, ' ')) : `page "${snippet(title)}"`;
}

/**
 * Throws the {@link ServiceError} that an HTTP status other than 2xx means for any service: 429 and a 503 with `Retry-After`
 * pause the host, 408, 425 and 5xx are worth a retry, 401 and 402 stop the service, a redirect is not followed, the rest
 * fails the URLs.
 */
export function expectOk(reply: ServiceReply): void {
  const { status } = reply;
  if (status >= 200 && status < 300) return;
  if (status >= 300 && status < 400)
    throw new ServiceError('url', `HTTP ${status}: redirect${target(reply)} not followed`);
  const wait = retryAfterMs(reply.headers['retry-after'], reply.at);
  const until = wait === undefined ? undefined : reply.at + wait;
  if (status === 429) throw new ServiceError('pause', 'HTTP 429: too many requests', until);
  if (status === 503 && until !== undefined) throw new ServiceError('pause', 'HTTP 503: asked to wait', until);
  const reason = describeFailure(reply);
  if (status === 408 || status === 425 || status >= 500) throw new ServiceError('retry', reason);
  throw new ServiceError(status === 401 || status === 402 ? 'stop' : 'url', reason);
}

/** `HTTP 403: …`, with the {@link gist} of the body. */
export function describeFailure(reply: ServiceReply): string {
  const said = gist(reply.text);
  return said === '' ? `HTTP ${reply.status}` : `HTTP ${reply.status}: ${said}`;
}

/** Only the host of the place redirected to: the rest of it may hold anything. */
function target(reply: ServiceReply): string {
  const location = reply.headers['location'];
  return location !== undefined && URL.canParse(location) ? ` to ${new URL(location).host}` : '';
}

/** The JSON value of a 2xx reply; a JSONP wrapper around it is taken off, whichever was asked for. */
export function readJson(reply: ServiceReply): unknown {
  expectOk(reply);
  return parseJson(reply);
}

/** The members of the JSON object in a 2xx reply; none where it is another value. */
export function readJsonMembers(reply: ServiceReply): ReadonlyMap<string, unknown> {
  expectOk(reply);
  return readObjectEntries(reply.text) ?? new Map(Object.entries(asObject(parseJson(reply)) ?? {}));
}

/** The JSON or JSONP value of a reply whatever its status, for services that explain their failures in JSON. */
export function parseJson(reply: ServiceReply): unknown {
  const value = readJsonp(reply.text);
  if (value === undefined) throw new ServiceError('url', `not JSON: ${gist(reply.text) || 'an empty answer'}`);
  return value;
}

/** `value` as an object, an array not being one; `undefined` where it is something else. */
export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

/** The property `key` of `value` where `value` is an object and the property its own; otherwise `undefined`. */
export function own(value: unknown, key: string): unknown {
  const object = asObject(value);
  return object && Object.hasOwn(object, key) ? object[key] : undefined;
}

/** A string or number of a reply as text; empty for anything else. */
export function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
