import type { Dispatcher, HttpReply, HttpRequest } from '../http/send-request.ts';
import { HttpFailure } from '../http/failure.ts';
import type { HostLimiter, HostQueue } from '../http/host-limiter.ts';
import { withRetry } from '../http/retry.ts';
import type { wait } from '../http/wait.ts';
import { failed, type Keeper, type Reading, skipped } from '../model/reading.ts';
import { type AttemptOutcome, CircuitBreaker } from './circuit-breaker.ts';
import { type CountService, type ServiceReply, type ServiceRequest, ServiceError } from './service.ts';

const TIMEOUT_MS = 15_000;
const MAX_BYTES = 1024 * 1024;
/** A longer pause stops the service for this run. X's window, the longest worth waiting for, is 15 minutes. */
const LONGEST_PAUSE_MS = 16 * 60_000;
/** Shorter pauses are not reported. */
const NOTED_PAUSE_MS = 5_000;
/**
 * Retries of one request by outcome. With eight, a service that fails every fifth request still answers for each of
 * 10,000 URLs. The {@link CircuitBreaker} limits the requests to an unavailable service.
 */
const RETRIES = { lost: 8, timeout: 1, refused: 30 };

/** Services that publish rules ask for a name and a contact (Reddit, Constellation). */
export const USER_AGENT = 'sf-plugin-byline/1 (+https://www.npmjs.com/package/sf-plugin-byline)';

/** What all services of a run share. */
export type LookUpContext = {
  readonly dispatcher: Dispatcher;
  readonly sendRequest: (request: HttpRequest, dispatcher: Dispatcher) => Promise<HttpReply>;
  readonly concurrency: number;
  readonly signal: AbortSignal | undefined;
  readonly now: () => number;
  readonly random: () => number;
  readonly wait: typeof wait;
  /** Turns a reason into one short line without secrets. */
  readonly tidy: (text: string) => string;
  /** The limiter of a host, shared by all services on it. */
  readonly host: (name: string) => HostLimiter;
  /** Called with a line when a service stops and when a long pause begins. */
  readonly onNotice: (service: string, text: string) => void;
  /**
   * Bounds the memory of a report: `makeRoom` is called before and after it is read, `check` after each page, which
   * leaves some megabytes of garbage.
   */
  readonly memory: { readonly makeRoom: () => void; readonly check: () => void };
  /** Keeps requests and readings, if the run does. */
  readonly keeper: () => Keeper | undefined;
};

type Read<T> = (reply: ServiceReply) => T;

/** The queue of a host. `host` is the same string for all requests; a substring would keep its whole URL in memory. */
type HostRoute = { readonly host: string; readonly hostQueue: HostQueue };

/**
 * HTTP client of one service: limits, retries, circuit breaker, budget.
 */
export class ServiceClient {
  /** HTTP requests of the run so far, retries included. */
  public requests = 0;
  /** Why the service isn't asked any more. Its remaining URLs get the `reading` of the error. */
  public stopped: ServiceError | undefined;
  private readonly service: CountService;
  private readonly context: LookUpContext;
  private readonly breaker: CircuitBreaker;
  private readonly routes = new Map<string, HostRoute>();
  /** Aborted when the service or the run stops; ends all waiting. */
  private readonly waiting = new AbortController();
  /** Aborted when the service is given up or the run aborted; ends requests in flight. */
  private readonly inFlight = new AbortController();
  private noticedUntilMs = 0;
  /** Whether a notice said that the service was slowed down. */
  private noticedSlower = false;

  public constructor(service: CountService, context: LookUpContext) {
    this.service = service;
    this.context = context;
    this.breaker = new CircuitBreaker(Math.min(context.concurrency, service.limits.concurrency ?? Infinity));
    const abort = (): void => this.abandon(context.signal?.reason);
    if (context.signal?.aborted) abort();
    context.signal?.addEventListener('abort', abort, { once: true });
  }

  /**
   * Sends a request as `Ask` specifies. Throws the last {@link ServiceError}, or the reason of the run's abort. `sent`
   * is called for each attempt.
   */
  public readonly ask = async <T>(request: ServiceRequest, read: Read<T>, sent?: () => void): Promise<T> => {
    const { retries: lost = RETRIES.lost } = this.service.limits;
    const left = { ...RETRIES, lost };
    const { host, hostQueue } = this.routeTo(request.url);
    try {
      return await withRetry(() => hostQueue.run(() => this.exchange(host, request, read, sent)), {
        retries: Infinity,
        baseMs: 250,
        maxMs: 4_000,
        delayFor: (error) => {
          const outcome = outcomeOf(error);
          const isWorthIt = outcome === 'lost' || outcome === 'timeout' || outcome === 'refused';
          return isWorthIt && !this.stopped && left[outcome]-- > 0 ? undefined : false;
        },
        signal: this.waiting.signal,
        random: this.context.random,
        wait: this.context.wait,
      });
    } catch (error) {
      this.context.signal?.throwIfAborted();
      throw toServiceError(error);
    }
  };

  /** Stops asking the service in this run. Remaining URLs get `reading`; requests in flight still count. */
  public stop(reason: string, reading: Reading): ServiceError {
    if (this.stopped) return this.stopped;
    this.stopped = new ServiceError('stop', this.context.tidy(reason), undefined, reading);
    this.close(this.stopped);
    this.context.onNotice(this.service.name, `not asked any more: ${this.stopped.message}`);
    return this.stopped;
  }

  private async exchange<T>(host: string, request: ServiceRequest, read: Read<T>, sent?: () => void): Promise<T> {
    if (this.stopped) throw this.stopped;
    const { maxRequests = Infinity } = this.service.limits;
    if (this.requests >= maxRequests) {
      const spent = `budget of ${maxRequests} requests spent`;
      throw this.stop(spent, skipped(spent));
    }
    this.requests += 1;
    sent?.();
    this.context.keeper()?.sent(this.service.name, this.requests);
    const sentAt = this.context.now();
    try {
      const { status, headers, body } = await this.context.sendRequest(this.toHttp(request), this.context.dispatcher);
      const reply = { status, headers, text: body.toString('utf8'), at: this.context.now() };
      const pausedUntil = this.service.pauseUntil?.(reply) ?? 0;
      this.rest(host, pausedUntil, 'its limit is reached');
      const result = read(reply);
      const width = this.breaker.width();
      this.breaker.record(pausedUntil > reply.at ? 'strained' : 'good', sentAt, reply.at);
      this.noteWidth(width, 'its limit is reached');
      return result;
    } catch (error) {
      this.context.signal?.throwIfAborted();
      this.onFailure(error, host, sentAt);
      throw error;
    }
  }

  private toHttp({ url, method = 'GET', headers, body }: ServiceRequest): HttpRequest {
    const { timeoutMs = TIMEOUT_MS, maxBytes = MAX_BYTES } = this.service.limits;
    return {
      ...{ url, method, timeoutMs, maxBytes, signal: this.inFlight.signal },
      headers: { 'user-agent': USER_AGENT, ...headers },
      ...(body === undefined ? {} : { body }),
    };
  }

  /** Slows down, pauses, or gives up the service after a failed exchange. */
  private onFailure(error: unknown, host: string, sentAt: number): void {
    const outcome = outcomeOf(error);
    const { message, untilMs } = toServiceError(error);
    const width = this.breaker.width();
    if (outcome === 'over') this.giveUp(message);
    else if (this.breaker.record(outcome, sentAt, this.context.now())) this.giveUp(message);
    else {
      if (outcome === 'refused') this.rest(host, untilMs ?? this.context.now() + this.breaker.backOffMs(), message);
      this.noteWidth(width, message);
    }
  }

  /** Reports once that the service is slowed down, unless a pause was reported. */
  private noteWidth(before: number, reason: string): void {
    const width = this.breaker.width();
    if (width >= before || this.noticedSlower || this.stopped) return;
    this.noticedSlower = true;
    const requests = width === 1 ? 'one request' : `${width} requests`;
    this.context.onNotice(this.service.name, this.context.tidy(`slowed to ${requests} at a time: ${reason}`));
  }

  private giveUp(reason: string): void {
    this.abandon(this.stop(reason, failed(`service stopped: ${reason}`)));
  }

  private rest(host: string, untilMs: number, reason: string): void {
    const ms = untilMs - this.context.now();
    if (ms <= 0 || this.stopped) return;
    const until = new Date(untilMs).toISOString().slice(11, 19);
    if (ms > LONGEST_PAUSE_MS) return this.giveUp(`asks to wait until ${until} UTC: ${reason}`);
    this.context.host(host).pauseUntil(untilMs);
    if (ms < NOTED_PAUSE_MS || untilMs < this.noticedUntilMs + NOTED_PAUSE_MS) return;
    this.noticedUntilMs = untilMs;
    this.noticedSlower = true;
    this.context.onNotice(this.service.name, this.context.tidy(`waits until ${until} UTC: ${reason}`));
  }

  private close(error: Error): void {
    for (const { hostQueue } of this.routes.values()) hostQueue.close(error);
    this.waiting.abort(error);
  }

  private abandon(reason: unknown): void {
    const error = reason instanceof Error ? reason : new Error(String(reason));
    this.close(error);
    this.inFlight.abort(error);
  }

  private routeTo(url: string): HostRoute {
    const { host } = new URL(url);
    const known = this.routes.get(host);
    if (known) return known;
    const { breaker } = this;
    const hostQueue = this.context.host(host).queue({
      width: () => breaker.width(),
      pausedUntil: () => breaker.pausedUntil(),
      rate: this.service.limits.rate,
    });
    const route = { host, hostQueue };
    this.routes.set(host, route);
    return route;
  }
}

/** The outcome of an exchange that threw `error`; `over` if the service must not be asked again. */
function outcomeOf(error: unknown): AttemptOutcome | 'over' {
  if (error instanceof HttpFailure) {
    if (error.final) return 'over';
    if (error.code === 'TIMEOUT') return 'timeout';
    return error.code === 'TOO_LARGE' || error.code.startsWith('Z_') ? 'useless' : 'lost';
  }
  if (!(error instanceof ServiceError)) return 'useless';
  switch (error.action) {
    case 'retry':
      return 'lost';
    case 'pause':
      return 'refused';
    case 'url':
      return 'useless';
    case 'split':
      return 'neutral';
    case 'stop':
      return 'over';
  }
}

function toServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  if (error instanceof HttpFailure) return new ServiceError('retry', error.reason);
  return new ServiceError('url', error instanceof Error ? error.message : String(error));
}
