import { retryAfterMs } from '../http/retry-after.ts';
import { readJsonp } from './jsonp.ts';
import { readObjectEntries } from './json-object-entries.ts';
import { type ServiceReply, ServiceError } from './service.ts';

/** A JSON object with unknown content. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Text beyond this length isn't read for messages. */
const LONGEST_TEXT = 20_000;

/**
 * The beginning of `text` on one line, without control and formatting characters. If secrets must still be redacted, it
 * must be long: a cut secret may not be recognized.
 */
export function snippet(text: string, length = 1000): string {
  const start = text.slice(0, LONGEST_TEXT);
  const whole = start.length < text.length && start.includes(' ') ? start.slice(0, start.lastIndexOf(' ')) : start;
  return whole
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, length);
}

/** The message of a reply, as a {@link snippet}: of an HTML page only its title. */
export function gist(text: string): string {
  const start = text.slice(0, LONGEST_TEXT);
  if (!/^\s*</.test(start)) return snippet(text);
  const title = /<title[^>]*>([^<]*)/i.exec(start)?.[1];
  return title === undefined ? snippet(start.replace(/<[^>]*>/g, ' ')) : `page "${snippet(title)}"`;
}

/**
 * Throws the {@link ServiceError} for an HTTP status other than 2xx: 429 and a 503 with `Retry-After` pause the host;
 * 408, 425, and 5xx are retried; 401 and 402 stop the service; redirects aren't followed; anything else fails the URLs.
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

/** Only the host of a redirect; the rest may hold anything. */
function target(reply: ServiceReply): string {
  const location = reply.headers['location'];
  return location !== undefined && URL.canParse(location) ? ` to ${new URL(location).host}` : '';
}

/** The JSON value of a 2xx reply, with any JSONP wrapper removed. */
export function readJson(reply: ServiceReply): unknown {
  expectOk(reply);
  return parseJson(reply);
}

/** The members of the JSON object in a 2xx reply; none for any other value. */
export function readJsonMembers(reply: ServiceReply): ReadonlyMap<string, unknown> {
  expectOk(reply);
  return readObjectEntries(reply.text) ?? new Map(Object.entries(asObject(parseJson(reply)) ?? {}));
}

/** The JSON or JSONP value of a reply of any status, for services that explain failures in JSON. */
export function parseJson(reply: ServiceReply): unknown {
  const value = readJsonp(reply.text);
  if (value === undefined) throw new ServiceError('url', `not JSON: ${gist(reply.text) || 'an empty answer'}`);
  return value;
}

/** `value` as an object; `undefined` for an array or anything else. */
export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

/** The own property `key` of an object; otherwise `undefined`. */
export function own(value: unknown, key: string): unknown {
  const object = asObject(value);
  return object && Object.hasOwn(object, key) ? object[key] : undefined;
}

/** A string or number as text; empty for anything else. */
export function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
