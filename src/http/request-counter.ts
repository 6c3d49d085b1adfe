import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/**
 * Counts the requests this process really sends to the host of `baseUrl`, by whatever library: every undici publishes the
 * moment it writes the headers of a request. Retries, token refreshes and other libraries' own requests are in it.
 */
export class RequestCounter implements Disposable {
  /** Requests sent so far. */
  public used = 0;
  /** Requests begun so far: those that wait for a connection are in it, so that a limit is kept by many at a time. */
  public begun = 0;
  private readonly origin: string;

  public constructor(baseUrl: string) {
    this.origin = new URL(baseUrl).origin;
    subscribe('undici:client:sendHeaders', this.count);
    subscribe('undici:request:create', this.begin);
  }

  public [Symbol.dispose](): void {
    unsubscribe('undici:client:sendHeaders', this.count);
    unsubscribe('undici:request:create', this.begin);
  }

  private readonly count = (message: unknown): void => {
    if (this.isOurs(message)) this.used += 1;
  };

  private readonly begin = (message: unknown): void => {
    if (this.isOurs(message)) this.begun += 1;
  };

  private isOurs(message: unknown): boolean {
    const { origin } = (message as { request: { origin?: string | URL } }).request;
    return origin !== undefined && new URL(origin).origin === this.origin;
  }
}
