import type { SfError } from '@salesforce/core';
import { z } from 'zod';
import { bylineError } from '../errors.ts';
import type { HttpReply } from '../http/send-request.ts';
import { readError } from './bulk-xml.ts';
import { hasIdShape } from '../model/ids.ts';
import { printable } from '../model/plain-text.ts';
import { secrets } from '../model/redactor.ts';
import { pageText } from './page-text.ts';
import { SalesforceApiError } from './api-error.ts';

/** Statuses by which what stands before an org asks for fewer requests (recorded: 420; RFC 6585: 429). */
const SLOW_DOWN = new Set([420, 429]);

/** Whether a reply says that the org, or something in front of it, is unavailable for now: a retry may succeed. */
export const isServerError = ({ status }: HttpReply): boolean => status >= 500 || SLOW_DOWN.has(status);

/** A reply that {@link isServerError}. */
export class ServerError extends Error {
  public readonly status: number;
  public readonly retryAfter: string | undefined;
  /** What it says, with the ErrorId by which the support of Salesforce finds it. */
  public readonly words: string;

  public constructor(reply: HttpReply) {
    super(`HTTP ${reply.status}`);
    this.status = reply.status;
    this.retryAfter = reply.headers['retry-after'];
    this.words = wordsOf(reply);
  }
}

/** REST says 401, Bulk API 1.0 says 400 with the code in the body, and what tells who a user is 403 in plain text. */
export function isExpired(reply: HttpReply): boolean {
  if (reply.status === 401 || (reply.status === 403 && reply.body.toString() === 'Bad_OAuth_Token')) return true;
  return reply.status === 400 && readError(reply.body.toString())?.code === 'InvalidSessionId';
}

/** What the org says of a session it does not take, where that is more than that it has expired. */
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

/** The error in a reply, in the form of Bulk or of REST. */
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

/** The JSON of a success. Throws an error naming the request where it is none. */
export function readOrgJson<T extends object>(
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

/** Whether an error says that a reply was not in a form that can be read. */
export const isUnreadable = (error: unknown): boolean =>
  error instanceof Error && error.name === 'OrgAnswerUnreadableError';

/** The JSON of a success, of the shape that is promised. Throws the same error where it has another. */
export function readShape<T>(
  reply: HttpReply,
  request: { readonly method: string; readonly path: string },
  shape: z.ZodType<T>,
): T {
  const checked = shape.safeParse(readOrgJson(reply, request));
  if (checked.success) return checked.data;
  throw unreadable(reply, request);
}

/** A record as REST gives it. Not copied: a page holds 2,000. */
export type Row = Readonly<Record<string, unknown>> & { readonly Id: string };
export const rowShape = z.custom<Row>(
  (value) => typeof value === 'object' && value !== null && 'Id' in value && hasIdShape(value.Id),
);

/** A page of a query (REST API Developer Guide, "Query"): the next one is named by its locator. */
export const pageShape = z.object({
  totalSize: z.int().min(0),
  nextRecordsUrl: z
    .string()
    .regex(/^\/services\/data\/v\d+\.\d+\/query\/[\w-]+$/)
    .nullish(),
  records: z.array(rowShape),
});

/** How messages name a request: `GET query`, `POST job/750…/batch`. */
export function nameRequest(request: { readonly method: string; readonly path: string }): string {
  return `${request.method} ${request.path.split('?')[0]}`;
}

/** What a reply says: the org's error, or the beginning of something else. */
function wordsOf(reply: HttpReply): string {
  const error = readOrgError(reply);
  return error ? oneLine(`${error.code}: ${error.message}`).slice(0, MOST_WORDS) : snippetOf(reply.body);
}

/** Characters of an error that are shown: an ErrorId stands at its end. */
const MOST_WORDS = 1000;

const oneLine = (text: string): string => printable(secrets.redactMessage(text)).replace(/\s+/g, ' ').trim();

/** Bytes of a body that are looked at: words may stand behind the long head of a page. */
const LOOKED_AT = 20_000;

/** The beginning of what a body says to people, as one harmless line. */
export function snippetOf(body: Buffer): string {
  // What is cut short is still recognised: half a secret is as good as the whole.
  const text = oneLine(pageText(body.toString('utf8', 0, LOOKED_AT)).slice(0, 2000));
  return text === '' ? '(empty body)' : text.slice(0, 200);
}
