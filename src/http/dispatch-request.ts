import type { Dispatcher } from 'undici';
import { SlotPool } from './slot-pool.ts';

export type HttpRequest = {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PATCH';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Milliseconds for the whole exchange, from connecting to the end of the body; with a sink, for each chunk of it. */
  readonly timeoutMs: number;
  /** With a sink, milliseconds for the whole exchange; unlimited if missing. */
  readonly totalMs?: number;
  /** The most bytes of body accepted, before and after decompression; with a sink, as they come over the wire. */
  readonly maxBytes: number;
  /** Receives the body of a 2xx as it comes over the wire; the reply then has no body. */
  readonly sink?: (chunk: Buffer) => void;
  readonly signal?: AbortSignal | undefined;
};

/** A reply as it came over the wire, its body still compressed. */
export type RawReply = { readonly status: number; readonly headers: Record<string, string>; readonly body: Buffer };

/** The deadline of a request passed before its reply was complete. */
export class DeadlinePassed extends Error {
  public readonly ms: number;

  public constructor(ms: number) {
    super(`no complete answer within ${ms / 1000} s`);
    this.ms = ms;
  }
}

/** A reply has more bytes than the request accepts. */
export class TooLarge extends Error {}

/** The sink of a request failed; `cause` is its error. */
export class SinkFailed extends Error {}

/**
 * Sends one request and reads its reply with undici's `dispatch`. For small replies, the streams and signals of
 * undici's `request` cost as much as the exchange itself. Rejects with {@link DeadlinePassed}, {@link TooLarge}, {@link
 * SinkFailed}, the reason of the request's signal, or undici's error.
 */
export function dispatchRequest(request: HttpRequest, dispatcher: Dispatcher): Promise<RawReply> {
  const { origin, pathname, search } = new URL(request.url);
  return new Promise((resolve, reject) => {
    dispatcher.dispatch(
      {
        ...{ origin, path: `${pathname}${search}`, method: request.method, body: request.body ?? null },
        headers: { 'accept-encoding': 'gzip', ...request.headers },
        // Our deadline is for the whole exchange; undici's are not.
        ...{ headersTimeout: 0, bodyTimeout: 0 },
      },
      new RequestHandler(request, resolve, reject),
    );
  });
}

/** One exchange. It ends once: by the reply, the deadline, the signal, or an error. */
class RequestHandler implements Dispatcher.DispatchHandler {
  private readonly request: HttpRequest;
  private readonly resolve: (reply: RawReply) => void;
  private readonly reject: (error: Error) => void;
  private readonly deadline: NodeJS.Timeout;
  private readonly latest: number;
  private readonly parts: Buffer[] = [];
  private slot = 0;
  private size = 0;
  private status = 0;
  private headers: Record<string, string> = {};
  private controller: Dispatcher.DispatchController | undefined;
  private error: Error | undefined;

  public constructor(request: HttpRequest, resolve: (reply: RawReply) => void, reject: (error: Error) => void) {
    this.request = request;
    this.resolve = resolve;
    this.reject = reject;
    this.deadline = setTimeout(() => this.fail(new DeadlinePassed(request.timeoutMs)), request.timeoutMs);
    this.latest = performance.now() + (request.totalMs ?? Infinity);
    if (request.signal) this.slot = handlersOf(request.signal).put(this);
    if (request.signal?.aborted) this.abort();
  }

  public onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    // The exchange may have ended while the connection was being made.
    if (this.error) controller.abort(this.error);
  }

  public onResponseStart(_: unknown, status: number, headers: NodeJS.Dict<string | string[]>): void {
    this.status = status;
    this.headers = joinHeaders(headers);
  }

  public onResponseData(_: unknown, chunk: Buffer): void {
    const { sink } = this.request;
    // Refreshing the timer would keep the process alive.
    if (this.error) return;
    this.size += chunk.length;
    if (this.size > this.request.maxBytes) this.fail(new TooLarge());
    else if (sink && this.status >= 200 && this.status < 300) this.pass(chunk, sink);
    else this.parts.push(chunk);
  }

  public onResponseEnd(): void {
    this.release();
    this.resolve({ status: this.status, headers: this.headers, body: Buffer.concat(this.parts) });
  }

  public onResponseError(_: unknown, error: Error): void {
    this.fail(error);
  }

  /** Ends the exchange with the reason of its signal. */
  public abort(): void {
    const reason: unknown = this.request.signal?.reason;
    this.fail(reason instanceof Error ? reason : new Error(String(reason)));
  }

  private pass(chunk: Buffer, sink: (chunk: Buffer) => void): void {
    // Each chunk has its own deadline, so checking the total here is enough.
    if (performance.now() > this.latest) return this.fail(new DeadlinePassed(this.request.totalMs!));
    this.deadline.refresh();
    try {
      sink(chunk);
    } catch (cause) {
      this.fail(new SinkFailed('the body could not be stored', { cause }));
    }
  }

  private fail(error: Error): void {
    if (this.error) return;
    this.error = error;
    this.release();
    this.reject(error);
    this.controller?.abort(error);
  }

  private release(): void {
    clearTimeout(this.deadline);
    if (this.slot !== 0) handlersOf(this.request.signal!).clear(this.slot);
    this.slot = 0;
  }
}

const handlers = new WeakMap<AbortSignal, SlotPool<RequestHandler>>();

/** The open exchanges of a signal. They share one listener, because a signal may live as long as a run. */
function handlersOf(signal: AbortSignal): SlotPool<RequestHandler> {
  const known = handlers.get(signal);
  if (known) return known;
  const exchanges = new SlotPool<RequestHandler>();
  handlers.set(signal, exchanges);
  signal.addEventListener('abort', () => exchanges.forEach((exchange) => exchange.abort()), { once: true });
  return exchanges;
}

function joinHeaders(raw: NodeJS.Dict<string | string[]>): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, value] of Object.entries(raw)) {
    if (value !== undefined) joined[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return joined;
}
