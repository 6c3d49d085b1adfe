import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/**
 * Counts the requests this process really sends to the host of `baseUrl`, by whatever library: every undici publishes the
 * moment it writes the headers of a request. Retries, token refreshes and other libraries' own requests are in it.
 */
export class RequestCounter implements Disposable {
  /** Requests sent so far. */
  public used = 0;
  private readonly origin: string;

  public constructor(baseUrl: string) {
    this.origin = new URL(baseUrl).origin;
    subscribe('undici:client:sendHeaders', this.count);
  }

  public [Symbol.dispose](): void {
    unsubscribe('undici:client:sendHeaders', this.count);
  }

  private readonly count = (message: unknown): void => {
    const { request } = message as { request: { origin?: string | URL } };
    if (request.origin !== undefined && new URL(request.origin).origin === this.origin) this.used += 1;
  };
}
