import { gzipSync } from 'node:zlib';
import { bylineError } from '../errors.ts';
import { sendRequest, type HttpReply, type HttpRequest } from '../http/send-request.ts';
import { HttpFailure } from '../http/failure.ts';
import { retryAfterMs } from '../http/retry-after.ts';
import { withRetry } from '../http/retry.ts';
import { orAbort, wait } from '../http/wait.ts';
import { secrets } from '../model/redactor.ts';
import { loginName, type SessionOptions } from './connection.ts';
import { isExpired, isServerError, nameRequest, ServerError, sessionWords, toApiError } from './org-reply.ts';
import { refreshToken } from './refresh.ts';
import { isPassing, SalesforceApiError } from './api-error.ts';

export type { OrgConnection, SessionOptions } from './connection.ts';

/** Milliseconds for one request; a page of records or a batch upload takes far less. */
const TIMEOUT_MS = 120_000;
/** The largest reply; a page of 2,000 records or the results of 10,000 rows are far smaller. */
const MAX_REPLY_BYTES = 64 * 1024 * 1024;
/** The largest file of a bulk query's results (Bulk API Developer Guide, "Bulk API Limits"). */
export const MAX_DOWNLOAD_BYTES = 1024 ** 3;
/** Milliseconds to download such a file at two megabits per second. */
const DOWNLOAD_MS = 70 * 60_000;
/** The org's usage in the header `Sforce-Limit-Info`; the limit of a connected app may follow. */
const USAGE = /(?:^|[\s;,])api-usage=(\d+)\/(\d+)/;
/** Milliseconds to wait for a job, the default of `--wait`. */
const JOB_WAIT_MS = 33 * 60_000;
/** With back-off, some ten seconds: enough for a restart, and short if the address is wrong. */
const RETRIES = 4;

export type OrgRequest = {
  readonly api: 'rest' | 'bulk';
  readonly method: HttpRequest['method'];
  /** Below `/services/data/vNN.N/` or `/services/async/NN.N/`; a path that begins with `/` is used unchanged. */
  readonly path: string;
  /** Text, or the result of {@link compressBody}. */
  readonly body?: string | Uint8Array;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The request ends what was begun, so it may use {@link OrgSession.cleanupReservations}. */
  readonly isCleanup?: boolean;
  /** The request only reads, so it may be repeated after a lost answer: every GET, and a POST that sets this. */
  readonly reads?: boolean;
  /** Receives the body of a success; see {@link HttpRequest}. Called for each attempt. */
  readonly sink?: () => (part: Buffer) => void;
  readonly signal: AbortSignal;
};

export type ApiUsage = { readonly used: number; readonly max: number };

/**
 * Compresses a body. This takes the main thread ten milliseconds for 10,000 records; zlib's own threads would keep both
 * bodies in memory until the next full garbage collection.
 */
export function compressBody(body: string | Uint8Array): Uint8Array {
  return gzipSync(body, { level: 1 });
}

/** Thrown if it is unknown whether the org processed a request: see {@link OrgSession.send}. */
export class OutcomeUnknownError extends Error {
  public override readonly name = 'UnsureError';
}

/**
 * Sends all requests to the org: authorizes, compresses, and counts them, and refreshes an expired session once for all
 * waiting requests. Requests that only read are retried, and so are those the org refused because too many were in
 * progress. Any other request is sent once; if its answer is lost, a 5xx, or a request to slow down, the error is an
 * {@link OutcomeUnknownError}, and the caller asks the org before it sends again.
 */
export class OrgSession {
  /** Owners of open jobs. One request of a limited run is reserved for each, to end the job. */
  public readonly cleanupReservations = new Set<object>();
  /** Milliseconds the org's clock was ahead of ours in its last reply. */
  public clockLead = 0;
  private readonly options: SessionOptions;
  /** The usage in the last REST reply (`Sforce-Limit-Info`), and the number of requests we had sent by then. */
  private lastUsage: { readonly usage: ApiUsage; readonly sent: number } | undefined;
  private refreshing: Promise<void> | undefined;
  private remembered = '';

  public constructor(options: SessionOptions) {
    this.options = options;
  }

  /** The org's base URL without a trailing slash, which the CLI keeps if the user typed one. */
  public get instanceUrl(): string {
    return this.options.connection.instanceUrl.replace(/\/+$/, '');
  }

  public get apiVersion(): string {
    return this.options.connection.version;
  }

  /** The org's usage: that of the last REST reply, plus requests sent since. Replies of the Bulk API don't have it. */
  public get usage(): ApiUsage | undefined {
    if (!this.lastUsage) return undefined;
    const { usage, sent } = this.lastUsage;
    return { used: usage.used + this.options.counter.used - sent, max: usage.max };
  }

  /** The number of requests that may still be sent; `undefined` is unlimited. */
  public get allowed(): number | undefined {
    const { counter, maxRequests } = this.options;
    return maxRequests === undefined ? undefined : Math.max(0, maxRequests - counter.begun);
  }

  /** The user name of the login, if the CLI knows it. */
  public get username(): string | undefined {
    return loginName(this.options.connection.getUsername());
  }

  /** Milliseconds to wait for a query job. */
  public get jobWaitMs(): number {
    return this.options.jobWaitMs ?? JOB_WAIT_MS;
  }

  /** The user's id, if the login has it. */
  public get userId(): string | undefined {
    return this.options.connection.getAuthInfoFields?.().userId;
  }

  public wait(ms: number, signal: AbortSignal): Promise<void> {
    return (this.options.wait ?? wait)(ms, signal);
  }

  /** Sends a request and returns the reply of a success. Throws a {@link SalesforceApiError} if the org refuses it. */
  public async send(request: OrgRequest): Promise<HttpReply> {
    const body = typeof request.body === 'string' ? compressBody(request.body) : request.body;
    const task = (): Promise<HttpReply> => this.sendWithSession(request, body);
    const { now, random } = this.options;
    return withRetry(task, {
      retries: RETRIES,
      baseMs: 500,
      maxMs: 30_000,
      signal: request.signal,
      random,
      wait: (ms) => this.wait(ms, request.signal),
      delayFor: (error) => {
        if (error instanceof SalesforceApiError) return isPassing(error) ? undefined : false;
        if (error instanceof HttpFailure && error.final) return false;
        if (error instanceof HttpFailure) return isHarmless(request) || !error.reached ? undefined : false;
        if (error instanceof ServerError && isHarmless(request)) return retryAfterMs(error.retryAfter, now());
        return false;
      },
    }).catch((error: unknown) => {
      throw this.explain(error, request);
    });
  }

  private async sendWithSession(request: OrgRequest, body: Uint8Array | undefined): Promise<HttpReply> {
    const token = this.token;
    const reply = await this.sendOnce(request, body, token);
    if (!isExpired(reply)) return this.accept(reply, request);
    await orAbort(this.refresh(token), request.signal).catch((error: unknown) => {
      throw request.signal.aborted ? error : (this.sessionRefusal(reply) ?? error);
    });
    const again = await this.sendOnce(request, body, this.token);
    if (isExpired(again)) throw this.sessionRefusal(again) ?? this.sessionError('sessionExpired');
    return this.accept(again, request);
  }

  /** The error for a session that is refused for another reason than its age, so that a refresh would not help. */
  private sessionRefusal(reply: HttpReply): Error | undefined {
    const words = sessionWords(reply);
    return words === undefined ? undefined : this.sessionError('sessionRefused', words);
  }

  private sessionError(key: 'sessionExpired' | 'sessionRefused', ...words: string[]): Error {
    return bylineError(key, [this.username ?? this.instanceUrl, ...words], { actionTokens: [this.instanceUrl] });
  }

  /** The access token, which is redacted from now on. */
  private get token(): string {
    const token = this.options.connection.accessToken ?? '';
    if (token !== this.remembered) secrets.remember(token);
    this.remembered = token;
    return token;
  }

  private async sendOnce(request: OrgRequest, body: Uint8Array | undefined, token: string): Promise<HttpReply> {
    const { connection, dispatcher, timeoutMs = TIMEOUT_MS } = this.options;
    this.requireAllowed(request);
    const { api, method, path, contentType, signal } = request;
    const base = api === 'rest' ? `/services/data/v${connection.version}/` : `/services/async/${connection.version}/`;
    return sendRequest(
      {
        method,
        url: this.instanceUrl + (path.startsWith('/') ? path : base + path),
        headers: {
          // Bulk API 1.0 uses its own header (Bulk API Developer Guide, "Set Up a Session Header").
          ...(api === 'rest' ? { authorization: `Bearer ${token}` } : { 'x-sfdc-session': token }),
          ...(body ? { 'content-type': contentType ?? 'application/json', 'content-encoding': 'gzip' } : {}),
          'sforce-call-options': 'client=sf-plugin-byline',
          ...request.headers,
        },
        ...(body ? { body } : {}),
        timeoutMs,
        maxBytes: request.sink ? MAX_DOWNLOAD_BYTES : MAX_REPLY_BYTES,
        ...(request.sink ? { sink: request.sink(), totalMs: DOWNLOAD_MS } : {}),
        signal,
      },
      dispatcher,
    );
  }

  private requireAllowed({ isCleanup = false }: OrgRequest): void {
    const { allowed } = this;
    if (allowed === undefined || allowed > (isCleanup ? 0 : this.cleanupReservations.size)) return;
    throw bylineError('apiRequestLimit', [String(this.options.maxRequests)]);
  }

  /** One refresh serves all requests whose token expired. */
  private async refresh(expired: string): Promise<void> {
    if (this.token !== expired) return;
    this.refreshing ??= refreshToken(this.options).finally(() => {
      this.refreshing = undefined;
    });
    await this.refreshing;
  }

  private accept(reply: HttpReply, request: OrgRequest): HttpReply {
    const date = Date.parse(reply.headers['date'] ?? '');
    if (!Number.isNaN(date)) this.clockLead = date - this.options.now();
    const usage = USAGE.exec(reply.headers['sforce-limit-info'] ?? '');
    if (usage) {
      this.lastUsage = { usage: { used: Number(usage[1]), max: Number(usage[2]) }, sent: this.options.counter.used };
    }
    if (reply.status >= 200 && reply.status < 300) return reply;
    if (isServerError(reply)) throw new ServerError(reply);
    throw toApiError(reply, nameRequest(request));
  }

  private explain(error: unknown, request: OrgRequest): unknown {
    if (error instanceof ServerError) {
      if (!isHarmless(request))
        return new OutcomeUnknownError(`${nameRequest(request)}: HTTP ${error.status}: ${error.words}`, {
          cause: error,
        });
      return bylineError('orgTrouble', [nameRequest(request), String(error.status), error.words], { cause: error });
    }
    if (error instanceof HttpFailure) {
      if (!isHarmless(request) && error.reached) return new OutcomeUnknownError(error.message, { cause: error });
      return bylineError('orgUnreachable', [this.instanceUrl, error.message], { cause: error });
    }
    return error;
  }
}

const isHarmless = ({ method, reads = method === 'GET' }: OrgRequest): boolean => reads;
