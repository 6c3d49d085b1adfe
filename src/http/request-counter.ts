import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/**
 * Counts the requests this process really sends, by whatever library: every undici publishes the moment it writes the
 * headers of a request. Retries, token refreshes and other libraries' own requests are in it.
 */
export class RequestLog implements Disposable {
  private readonly sent = new Map<string, number>();
  private readonly created = new Map<string, number>();

  public constructor() {
    subscribe('undici:client:sendHeaders', this.count);
    subscribe('undici:request:create', this.begin);
  }

  public [Symbol.dispose](): void {
    unsubscribe('undici:client:sendHeaders', this.count);
    unsubscribe('undici:request:create', this.begin);
  }

  /** Requests sent to an origin so far. */
  public used(origin: string): number {
    return this.sent.get(origin) ?? 0;
  }

  /** Requests to an origin begun so far: those that wait for a connection are in it. */
  public begun(origin: string): number {
    return this.created.get(origin) ?? 0;
  }

  private readonly count = (message: unknown): void => add(this.sent, message);

  private readonly begin = (message: unknown): void => add(this.created, message);
}

function add(counts: Map<string, number>, message: unknown): void {
  const { origin } = (message as { request: { origin?: string | URL } }).request;
  if (origin === undefined) return;
  const key = new URL(origin).origin;
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** The requests to the host of `baseUrl`, those that `log` has of it from before included. */
export class RequestCounter implements Disposable {
  private readonly origin: string;
  private readonly log: RequestLog;

  public constructor(baseUrl: string, log = new RequestLog()) {
    this.origin = new URL(baseUrl).origin;
    this.log = log;
  }

  /** Requests sent so far. */
  public get used(): number {
    return this.log.used(this.origin);
  }

  /** Requests begun so far: those that wait for a connection are in it, so that a limit is kept by many at a time. */
  public get begun(): number {
    return this.log.begun(this.origin);
  }

  public [Symbol.dispose](): void {
    this.log[Symbol.dispose]();
  }
}
