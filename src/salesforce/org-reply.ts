import type { SfError } from '@salesforce/core';
import { bylineError } from '../errors.ts';
import type { HttpReply } from '../http/send-request.ts';
import { readError } from './bulk-xml.ts';
import { hasIdShape } from '../model/ids.ts';
import { printable } from '../model/plain-text.ts';
import { secrets } from '../model/redactor.ts';
import { pageText } from './page-text.ts';
import { SalesforceApiError } from './api-error.ts';
import { type ZodType, z } from '../zod.ts';

/** Statuses by which a server in front of an org asks for fewer requests (recorded: 420; RFC 6585: 429). */
const SLOW_DOWN = new Set([420, 429]);

/**
 * Whether a reply says that the org, or something in front of it, is unavailable for now, so that a retry may succeed.
 */
export const isServerError = ({ status }: HttpReply): boolean => status >= 500 || SLOW_DOWN.has(status);

/** A reply that {@link isServerError}. */
export class ServerError extends Error {
  public readonly status: number;
  public readonly retryAfter: string | undefined;
  /** The message, with the ErrorId for Salesforce Support. */
  public readonly words: string;

  public constructor(reply: HttpReply) {
    super(`HTTP ${reply.status}`);
    this.status = reply.status;
    this.retryAfter = reply.headers['retry-after'];
    this.words = wordsOf(reply);
  }
}

/**
 * An expired session: REST returns 401, Bulk API 1.0 returns 400 with a code in the body, and UserInfo returns 403 in
 * plain text.
 */
export function isExpired(reply: HttpReply): boolean {
  if (reply.status === 401 || (reply.status === 403 && reply.body.toString() === 'Bad_OAuth_Token')) return true;
  return reply.status === 400 && readError(reply.body.toString())?.code === 'InvalidSessionId';
}

/** The org's message about a session it refuses, if it says more than that the session has expired. */
export function sessionWords(reply: HttpReply): string | undefined {
  const error = readOrgError(reply);
  const isPlain = !error || error.message === '' || /^(session expired|invalid session id)/i.test(error.message);
  return isPlain ? undefined : oneLine(`${error.code}: ${error.message}`).slice(0, MOST_WORDS);
}

/** The error for a reply that is neither a success nor worth a retry; `request` is its name. */
export function toApiError(reply: HttpReply, request: string): Error {
  const { status } = reply;
  const error = readOrgError(reply);
  if (error) return new SalesforceApiError(request, status, error.code, error.message);
  if (status === 414) return bylineError('requestTooLong', [request]);
  const location = status >= 300 && status < 400 ? reply.headers['location'] : undefined;
  if (location !== undefined && URL.canParse(location)) {
    const { origin } = new URL(location);
    return bylineError('orgMoved', [request, String(status), origin], { actionTokens: [origin] });
  }
  return bylineError('orgAnswerUnreadable', [request, String(status), snippetOf(reply.body)]);
}

type OrgError = { readonly code: string; readonly message: string };

/** The error in a reply, in the format of Bulk or REST. */
const readOrgError = ({ body }: HttpReply): OrgError | undefined =>
  readError(body.toString()) ?? readRestError(body.toString());

function readRestError(text: string): OrgError | undefined {
  try {
    const [error] = JSON.parse(text) as ({ errorCode?: unknown; message?: unknown } | null)[];
    const { errorCode, message } = error ?? {};
    return typeof errorCode === 'string'
      ? { code: errorCode, message: typeof message === 'string' ? message : '' }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Parses the JSON of a success. Throws an error naming the request if it is invalid. */
export function readOrgJson<T extends object>(
  reply: HttpReply,
  request: { readonly method: string; readonly path: string },
): T {
  try {
    const value: unknown = JSON.parse(reply.body.toString());
    if (typeof value === 'object' && value !== null) return value as T;
  } catch {
    // Reported below.
  }
  throw unreadable(reply, request);
}

/** The error for a successful reply with invalid content. */
export function unreadable(reply: HttpReply, request: { readonly method: string; readonly path: string }): SfError {
  return bylineError('orgAnswerUnreadable', [nameRequest(request), String(reply.status), snippetOf(reply.body)]);
}

/** Whether an error says that a reply was invalid. */
export const isUnreadable = (error: unknown): boolean =>
  error instanceof Error && error.name === 'OrgAnswerUnreadableError';

/** Parses the JSON of a success and checks its shape. Throws the same error if it is another one. */
export function readShape<T>(
  reply: HttpReply,
  request: { readonly method: string; readonly path: string },
  shape: ZodType<T>,
): T {
  const checked = shape.safeParse(readOrgJson(reply, request));
  if (checked.success) return checked.data;
  throw unreadable(reply, request);
}

/** A record as REST returns it. Not copied, because a page has 2,000. */
export type Row = Readonly<Record<string, unknown>> & { readonly Id: string };
export const rowShape = z.custom<Row>(
  (value) => typeof value === 'object' && value !== null && 'Id' in value && hasIdShape(value.Id),
);

/** A page of a query (REST API Developer Guide, "Query"); its locator names the next one. */
export const pageShape = z.object({
  totalSize: z.int().min(0),
  nextRecordsUrl: z
    .string()
    .regex(/^\/services\/data\/v\d+\.\d+\/query\/[\w-]+$/)
    .nullish(),
  records: z.array(rowShape),
});

/** The name of a request in messages: `GET query`, `POST job/750…/batch`. */
export function nameRequest(request: { readonly method: string; readonly path: string }): string {
  return `${request.method} ${request.path.split('?')[0]}`;
}

/** The message of a reply: the org's error, or the beginning of any other body. */
function wordsOf(reply: HttpReply): string {
  const error = readOrgError(reply);
  return error ? oneLine(`${error.code}: ${error.message}`).slice(0, MOST_WORDS) : snippetOf(reply.body);
}

/** The most characters of an error that are shown, including an ErrorId at the end. */
const MOST_WORDS = 1000;

const oneLine = (text: string): string => printable(secrets.redactMessage(text)).replace(/\s+/g, ' ').trim();

/** Bytes of a body that are searched for text, which may follow the long head of a page. */
const LOOKED_AT = 20_000;

/** The beginning of a body's text, on one safe line. */
export function snippetOf(body: Buffer): string {
  // A cut secret is still redacted, because half of one is recognized.
  const text = oneLine(pageText(body.toString('utf8', 0, LOOKED_AT)).slice(0, 2000));
  return text === '' ? '(empty body)' : text.slice(0, 200);
}
