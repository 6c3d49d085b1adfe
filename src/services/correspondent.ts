import type { Dispatcher, HttpReply, HttpRequest } from '../http/attempt.ts';
import { HttpFailure } from '../http/failure.ts';
import type { HostLimiter, Lane } from '../http/host-limiter.ts';
import { withRetry } from '../http/retry.ts';
import type { wait } from '../http/wait.ts';
import { failed, type Keeper, type Reading, skipped } from '../model/reading.ts';
import { type Ending, Health } from './health.ts';
import { type CountService, type ServiceReply, type ServiceRequest, Trouble } from './service.ts';

const TIMEOUT_MS = 15_000;
const MAX_BYTES = 1024 * 1024;
/** A longer pause ends the service for this run instead: X's window, the longest worth waiting for, is 15 minutes. */
const LONGEST_PAUSE_MS = 16 * 60_000;
/** Pauses shorter than this are nobody's business. */
const NOTED_PAUSE_MS = 5_000;
/**
 * Retries of one request by how it ended. Eight, as then a service that fails every fifth request still answers every one
 * of 10,000 URLs; what keeps an ill service from being asked again and again is its {@link Health}, not these.
 */
const RETRIES = { lost: 8, timeout: 1, refused: 30 };

/** Services that publish rules ask for a name and a place to complain (Reddit, Constellation). */
export const USER_AGENT = 'sf-plugin-byline/1 (+https://www.npmjs.com/package/sf-plugin-byline)';

/** What all services of a run share. */
export type World = {
  readonly dispatcher: Dispatcher;
  readonly attempt: (request: HttpRequest, dispatcher: Dispatcher) => Promise<HttpReply>;
  readonly concurrency: number;
  readonly signal: AbortSignal | undefined;
  readonly now: () => number;
  readonly random: () => number;
  readonly wait: typeof wait;
  /** Makes of a reason what people may see: one short line without secrets. */
  readonly tidy: (text: string) => string;
  /** The one limiter of a host, shared by all services on it. */
  readonly host: (name: string) => HostLimiter;
  /** Told, once each, what a person waiting may want to know: a service stopped, a long pause. */
  readonly notice: (service: string, text: string) => void;
  /** Told of requests and readings, where they are kept. */
  readonly keeper: () => Keeper | undefined;
};

type Read<T> = (reply: ServiceReply) => T;

/** The lane to a host. Its name is the same string for all requests: one cut out of a URL keeps the whole URL in memory. */
type Way = { readonly host: string; readonly lane: Lane };

/**
 * Sends one service's requests: within the limits of its host and its own, again where that is worth it, and not at all
 * once it has proved to be ill or its budget is spent.
 */
export class Correspondent {
  /** HTTP requests of the run so far, retries included. */
  public requests = 0;
  /** Why the service is not asked any more; what its remaining URLs are told is in `reading`. */
  public stopped: Trouble | undefined;
  private readonly service: CountService;
  private readonly world: World;
  private readonly health: Health;
  private readonly ways = new Map<string, Way>();
  /** Aborted when the service stops or the run does, so that nobody goes on waiting. */
  private readonly waiting = new AbortController();
  /** Aborted when the service proves to be ill or the run is: what it has not answered by then is not waited for. */
  private readonly calling = new AbortController();
  private noticedUntilMs = 0;
  /** Whether people know that the service is asked less than it might be. */
  private noticedSlower = false;

  public constructor(service: CountService, world: World) {
    this.service = service;
    this.world = world;
    this.health = new Health(Math.min(world.concurrency, service.limits.concurrency ?? Infinity));
    const abort = (): void => this.hangUp(world.signal?.reason);
    if (world.signal?.aborted) abort();
    world.signal?.addEventListener('abort', abort, { once: true });
  }

  /**
   * Sends a request as `Ask` promises; throws the last {@link Trouble}, or the reason of the run's abort. `sent` is
   * called whenever the request goes out.
   */
  public readonly ask = async <T>(request: ServiceRequest, read: Read<T>, sent?: () => void): Promise<T> => {
    const { retries: lost = RETRIES.lost } = this.service.limits;
    const left = { ...RETRIES, lost };
    const { host, lane } = this.wayTo(request.url);
    try {
      return await withRetry(() => lane.run(() => this.exchange(host, request, read, sent)), {
        retries: Infinity,
        baseMs: 250,
        maxMs: 4_000,
        delayFor: (error) => {
          const ending = endingOf(error);
          const isWorthIt = ending === 'lost' || ending === 'timeout' || ending === 'refused';
          return isWorthIt && !this.stopped && left[ending]-- > 0 ? undefined : false;
        },
        signal: this.waiting.signal,
        random: this.world.random,
        wait: this.world.wait,
      });
    } catch (error) {
      this.world.signal?.throwIfAborted();
      throw toTrouble(error);
    }
  };

  /** Asks the service nothing more in this run. Its remaining URLs get `reading`; what is being answered still counts. */
  public stop(reason: string, reading: Reading): Trouble {
    if (this.stopped) return this.stopped;
    this.stopped = new Trouble('stop', this.world.tidy(reason), undefined, reading);
    this.close(this.stopped);
    this.world.notice(this.service.name, `not asked any more: ${this.stopped.message}`);
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
    this.world.keeper()?.sent(this.service.name, this.requests);
    const sentAt = this.world.now();
    try {
      const { status, headers, body } = await this.world.attempt(this.toHttp(request), this.world.dispatcher);
      const reply = { status, headers, text: body.toString('utf8'), at: this.world.now() };
      const pausedUntil = this.service.pauseUntil?.(reply) ?? 0;
      this.rest(host, pausedUntil, 'its limit is reached');
      const result = read(reply);
      const width = this.health.width();
      this.health.note(pausedUntil > reply.at ? 'strained' : 'good', sentAt, reply.at);
      this.noteWidth(width, 'its limit is reached');
      return result;
    } catch (error) {
      this.world.signal?.throwIfAborted();
      this.judge(error, host, sentAt);
      throw error;
    }
  }

  private toHttp({ url, method = 'GET', headers, body }: ServiceRequest): HttpRequest {
    const { timeoutMs = TIMEOUT_MS, maxBytes = MAX_BYTES } = this.service.limits;
    return {
      ...{ url, method, timeoutMs, maxBytes, signal: this.calling.signal },
      headers: { 'user-agent': USER_AGENT, ...headers },
      ...(body === undefined ? {} : { body }),
    };
  }

  /** Draws the consequences of a failed exchange for the ones to come. */
  private judge(error: unknown, host: string, sentAt: number): void {
    const ending = endingOf(error);
    const { message, untilMs } = toTrouble(error);
    const width = this.health.width();
    if (ending === 'over') this.giveUp(message);
    else if (this.health.note(ending, sentAt, this.world.now())) this.giveUp(message);
    else {
      if (ending === 'refused') this.rest(host, untilMs ?? this.world.now() + this.health.restMs(), message);
      this.noteWidth(width, message);
    }
  }

  /** Tells, once, that the service is asked for less at a time than it was, unless a pause says as much. */
  private noteWidth(before: number, reason: string): void {
    const width = this.health.width();
    if (width >= before || this.noticedSlower || this.stopped) return;
    this.noticedSlower = true;
    const requests = width === 1 ? 'one request' : `${width} requests`;
    this.world.notice(this.service.name, this.world.tidy(`slowed to ${requests} at a time: ${reason}`));
  }

  private giveUp(reason: string): void {
    this.hangUp(this.stop(reason, failed(`service stopped: ${reason}`)));
  }

  private rest(host: string, untilMs: number, reason: string): void {
    const ms = untilMs - this.world.now();
    if (ms <= 0 || this.stopped) return;
    const until = new Date(untilMs).toISOString().slice(11, 19);
    if (ms > LONGEST_PAUSE_MS) return this.giveUp(`asks to wait until ${until} UTC: ${reason}`);
    this.world.host(host).pauseUntil(untilMs);
    if (ms < NOTED_PAUSE_MS || untilMs < this.noticedUntilMs + NOTED_PAUSE_MS) return;
    this.noticedUntilMs = untilMs;
    this.noticedSlower = true;
    this.world.notice(this.service.name, this.world.tidy(`waits until ${until} UTC: ${reason}`));
  }

  private close(error: Error): void {
    for (const { lane } of this.ways.values()) lane.close(error);
    this.waiting.abort(error);
  }

  private hangUp(reason: unknown): void {
    const error = reason instanceof Error ? reason : new Error(String(reason));
    this.close(error);
    this.calling.abort(error);
  }

  private wayTo(url: string): Way {
    const { host } = new URL(url);
    const known = this.ways.get(host);
    if (known) return known;
    const { health } = this;
    const lane = this.world.host(host).lane({
      width: () => health.width(),
      pausedUntil: () => health.pausedUntil(),
      rate: this.service.limits.rate,
    });
    const way = { host, lane };
    this.ways.set(host, way);
    return way;
  }
}

/** How an exchange ended that threw `error`; `over` where the service itself is of no more use. */
function endingOf(error: unknown): Ending | 'over' {
  if (error instanceof HttpFailure) {
    if (error.final) return 'over';
    if (error.code === 'TIMEOUT') return 'timeout';
    return error.code === 'TOO_LARGE' || error.code.startsWith('Z_') ? 'nonsense' : 'lost';
  }
  if (!(error instanceof Trouble)) return 'nonsense';
  switch (error.act) {
    case 'retry':
      return 'lost';
    case 'pause':
      return 'refused';
    case 'url':
      return 'nonsense';
    case 'split':
      return 'neutral';
    case 'stop':
      return 'over';
  }
}

function toTrouble(error: unknown): Trouble {
  if (error instanceof Trouble) return error;
  if (error instanceof HttpFailure) return new Trouble('retry', error.reason);
  return new Trouble('url', error instanceof Error ? error.message : String(error));
}
