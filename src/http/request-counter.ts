import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/**
 * Counts the requests that this process really sends, whatever library sends them: every undici publishes when it
 * writes the headers of a request. Retries, token refreshes, and requests of other libraries are included.
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

  public used(origin: string): number {
    return this.sent.get(origin) ?? 0;
  }

  /** Requests to an origin begun so far, including those that wait for a connection. */
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

/** Counts requests to the host of `baseUrl`, including those already in `log`. */
export class RequestCounter implements Disposable {
  private readonly origin: string;
  private readonly log: RequestLog;

  public constructor(baseUrl: string, log = new RequestLog()) {
    this.origin = new URL(baseUrl).origin;
    this.log = log;
  }

  public get used(): number {
    return this.log.used(this.origin);
  }

  /** Requests begun so far. Includes those that wait for a connection, so that concurrent requests respect a limit. */
  public get begun(): number {
    return this.log.begun(this.origin);
  }

  public [Symbol.dispose](): void {
    this.log[Symbol.dispose]();
  }
}
