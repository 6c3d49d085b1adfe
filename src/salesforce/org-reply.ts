import { bylineError } from '../errors.ts';
import type { HttpReply } from '../http/attempt.ts';
import { readError } from './bulk-xml.ts';
import { Refusal } from './refusal.ts';

/** A 5xx: the org, or something before it, is not well. */
export class ServerTrouble extends Error {
  public readonly status: number;
  public readonly retryAfter: string | undefined;
  public readonly snippet: string;

  public constructor(reply: HttpReply) {
    super(`HTTP ${reply.status}`);
    this.status = reply.status;
    this.retryAfter = reply.headers['retry-after'];
    this.snippet = snippetOf(reply.body);
  }
}

/** The reply without the token: a proxy's error page may repeat the request with its headers, and messages show the beginning of such a page. */
export function withoutToken(reply: HttpReply, token: string): HttpReply {
  if (token === '' || !reply.body.includes(token)) return reply;
  return { ...reply, body: Buffer.from(reply.body.toString().replaceAll(token, '***')) };
}

/** REST says 401; Bulk API 1.0 says 400 with the code in the body. */
export function isExpired(reply: HttpReply): boolean {
  if (reply.status === 401) return true;
  return reply.status === 400 && readError(reply.body.toString())?.code === 'InvalidSessionId';
}

/** The error for a reply that is neither a success nor a 5xx; `request` is its name. */
export function toRefusal(reply: HttpReply, request: string): Error {
  const text = reply.body.toString();
  const bulk = readError(text);
  if (bulk) return new Refusal(request, reply.status, bulk.code, bulk.message);
  const rest = readRestError(text);
  if (rest) return new Refusal(request, reply.status, rest.errorCode, rest.message);
  return bylineError('orgAnswerUnreadable', [request, String(reply.status), snippetOf(reply.body)]);
}

function readRestError(text: string): { errorCode: string; message: string } | undefined {
  try {
    const errors = JSON.parse(text) as { errorCode?: unknown; message?: unknown }[];
    const { errorCode, message } = errors[0] ?? {};
    return typeof errorCode === 'string'
      ? { errorCode, message: typeof message === 'string' ? message : '' }
      : undefined;
  } catch {
    return undefined;
  }
}

/** The JSON of a success. Throws an error naming the request where it is none. */
export function readJson<T extends object>(
  reply: HttpReply,
  request: { readonly method: string; readonly path: string },
): T {
  try {
    const value: unknown = JSON.parse(reply.body.toString());
    if (typeof value === 'object' && value !== null) return value as T;
  } catch {
    // Told below.
  }
  throw bylineError('orgAnswerUnreadable', [nameRequest(request), String(reply.status), snippetOf(reply.body)]);
}

/** How messages name a request: `GET query`, `POST job/750…/batch`. */
export function nameRequest(request: { readonly method: string; readonly path: string }): string {
  return `${request.method} ${request.path.split('?')[0]}`;
}

/** The beginning of a body as one harmless line. */
export function snippetOf(body: Buffer): string {
  const text = body
    .toString('utf8', 0, 600)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  return text === '' ? '(empty body)' : text.slice(0, 200);
}
