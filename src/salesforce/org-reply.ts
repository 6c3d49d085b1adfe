import type { SfError } from '@salesforce/core';
import { bylineError } from '../errors.ts';
import type { HttpReply } from '../http/attempt.ts';
import { readError } from './bulk-xml.ts';
import { printable } from '../model/plain-text.ts';
import { secrets } from '../model/redactor.ts';
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

/** REST says 401, Bulk API 1.0 says 400 with the code in the body, and what tells who a user is 403 in plain text. */
export function isExpired(reply: HttpReply): boolean {
  if (reply.status === 401 || (reply.status === 403 && reply.body.toString() === 'Bad_OAuth_Token')) return true;
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
  throw unreadable(reply, request);
}

/** The error for the reply of a success that does not hold what it should. */
export function unreadable(reply: HttpReply, request: { readonly method: string; readonly path: string }): SfError {
  return bylineError('orgAnswerUnreadable', [nameRequest(request), String(reply.status), snippetOf(reply.body)]);
}

/** How messages name a request: `GET query`, `POST job/750…/batch`. */
export function nameRequest(request: { readonly method: string; readonly path: string }): string {
  return `${request.method} ${request.path.split('?')[0]}`;
}

/** The beginning of a body as one harmless line. */
export function snippetOf(body: Buffer): string {
  // What is cut short is still recognised: half a secret is as good as the whole.
  const text = printable(secrets.redactMessage(body.toString('utf8', 0, 2000)))
    .replace(/\s+/g, ' ')
    .trim();
  return text === '' ? '(empty body)' : text.slice(0, 200);
}
