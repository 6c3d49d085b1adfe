import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { gunzipSync } from 'node:zlib';

/** A request as the emulator's routes see it: path without doubled slashes, body already gunzipped. */
export type EmulatorRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** The path and query exactly as they came over the wire. */
  readonly rawUrl: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** Bytes of the body as they came over the wire. */
  readonly wireBytes: number;
};

export type EmulatorReply = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Sent instead of `body`, chunked, as long as the client reads. */
  readonly stream?: AsyncIterable<string | Buffer> | Iterable<string>;
};

/** What a route does: `kind` is the name faults and counters know the request by. */
export type Route = {
  readonly kind: string;
  readonly handle: () => EmulatorReply | Promise<EmulatorReply>;
  /** Strikes this request, unless one was told beforehand. */
  readonly fault?: Fault | undefined;
};

/**
 * A fault, told beforehand for a kind of request.
 *
 * - `status`: answered with this status and body; the work is not done.
 * - `cut-before`: the connection is reset before the work is done.
 * - `cut-after`: the work is done, then the connection is reset before a byte of the answer.
 * - `cut-within`: the work is done, then the connection is reset after so many bytes of the answer's body.
 * - `slow`: the work is done and answered `ms` milliseconds late.
 * - `late`: the request lies about until something has happened; then the work is done, though the client may have given up.
 * - `hang`: no answer ever comes; the work is not done, or it is `done` all the same.
 */
export type Fault =
  | {
      readonly fault: 'status';
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly fault: 'cut-before' }
  | { readonly fault: 'cut-after' }
  | { readonly fault: 'cut-within'; readonly bytes: number }
  | { readonly fault: 'slow'; readonly ms: number }
  | { readonly fault: 'late'; readonly until: Promise<unknown> }
  | { readonly fault: 'hang'; readonly done?: true };

/** The faults that were told and have not struck yet. */
export class Faults {
  private readonly told: { kind: string; skip: number; times: number; fault: Fault }[] = [];
  /** Called with each request that gets no answer, or gets it too late, once the work is done or is not going to be. */
  public readonly unanswered = new Set<(request: EmulatorRequest) => void>();

  /** Lets `fault` strike the next `times` requests of `kind`, after letting `skip` of them pass. */
  public tell(kind: string, fault: Fault, { skip = 0, times = 1 }: { skip?: number; times?: number } = {}): void {
    this.told.push({ kind, skip, times, fault });
  }

  public clear(): void {
    this.told.length = 0;
  }

  /** The fault for this request, if one was told. */
  public take(kind: string): Fault | undefined {
    const due = this.told.find((entry) => entry.kind === kind || entry.kind === '*');
    if (!due) return undefined;
    if (due.skip > 0) {
      due.skip -= 1;
      return undefined;
    }
    due.times -= 1;
    if (due.times <= 0) this.told.splice(this.told.indexOf(due), 1);
    return due.fault;
  }
}

/** What arrived, by kind. Use it instead of spies. */
export class Log {
  public readonly entries: { readonly kind: string; readonly request: EmulatorRequest; readonly at: number }[] = [];
  private readonly counts = new Map<string, number>();
  /** Turned off for large runs: counters go on, entries are not kept. */
  public keep = true;
  private readonly listeners = new Set<(kind: string) => void>();

  public add(kind: string, request: EmulatorRequest): void {
    this.counts.set(kind, this.count(kind) + 1);
    if (this.keep) this.entries.push({ kind, request, at: Date.now() });
    for (const listener of this.listeners) listener(kind);
  }

  /** Requests of this kind, or of all kinds. */
  public count(kind?: string): number {
    if (kind !== undefined) return this.counts.get(kind) ?? 0;
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** How many requests of each kind arrived. */
  public kinds(): Record<string, number> {
    return Object.fromEntries(this.counts);
  }

  public of(kind: string): EmulatorRequest[] {
    return this.entries.filter((entry) => entry.kind === kind).map((entry) => entry.request);
  }

  /** Resolves when the `n`-th request of this kind, or of all kinds, has arrived. */
  public async arrived(kind: string | undefined, n = 1): Promise<void> {
    if (this.count(kind) >= n) return;
    await new Promise<void>((resolve) => {
      const listener = (arrived: string): void => {
        if ((kind !== undefined && arrived !== kind) || this.count(kind) < n) return;
        this.listeners.delete(listener);
        resolve();
      };
      this.listeners.add(listener);
    });
  }

  public clear(): void {
    this.entries.length = 0;
    this.counts.clear();
  }
}

export type EmulatorServer = {
  readonly url: string;
  readonly faults: Faults;
  readonly log: Log;
  close(): Promise<void>;
};

/** Serves `route` on a free port of 127.0.0.1 (or on `port`). A request no route knows is answered by `notFound`. */
export async function startServer(
  route: (request: EmulatorRequest) => Route,
  {
    port = 0,
    latencyMs = 0,
    faults = new Faults(),
    log = new Log(),
  }: { port?: number; latencyMs?: number; faults?: Faults; log?: Log } = {},
): Promise<EmulatorServer> {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ keepAliveTimeout: 60_000, maxHeaderSize: 65_536 }, (incoming, outgoing) => {
    void serve(incoming, outgoing, route, faults, log, latencyMs).catch((error: unknown) => {
      outgoing.destroy();
      // A client that went away in the middle of its body is no fault of ours.
      if (incoming.complete) throw error;
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    log,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  route: (request: EmulatorRequest) => Route,
  faults: Faults,
  log: Log,
  latencyMs: number,
): Promise<void> {
  const request = await readRequest(incoming);
  const { kind, handle, fault: standing } = route(request);
  log.add(kind, request);
  if (latencyMs > 0) await pause(latencyMs);
  const fault = faults.take(kind) ?? standing;
  switch (fault?.fault) {
    case 'status':
      return send(outgoing, { status: fault.status, headers: fault.headers ?? {}, body: fault.body ?? '' });
    case 'cut-before':
      return void outgoing.socket?.resetAndDestroy();
    case 'cut-after':
      await handle();
      return void outgoing.socket?.resetAndDestroy();
    case 'cut-within':
      return cutWithin(outgoing, await handle(), fault.bytes);
    case 'slow': {
      const reply = await handle();
      await pause(fault.ms);
      return send(outgoing, reply);
    }
    case 'late':
      for (const tell of faults.unanswered) tell(request);
      await fault.until;
      return send(outgoing, await handle());
    case 'hang':
      if (fault.done) await handle();
      for (const tell of faults.unanswered) tell(request);
      return;
    case undefined:
      return send(outgoing, await handle());
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function readRequest(incoming: IncomingMessage): Promise<EmulatorRequest> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  const wire = Buffer.concat(parts);
  const rawUrl = incoming.url ?? '/';
  // The CLI saves instance URLs with a trailing slash, so real clients send `//services/…`.
  const parsed = new URL(rawUrl.replace(/^\/+/, '/'), 'http://emulator');
  return {
    method: incoming.method ?? 'GET',
    path: parsed.pathname.replace(/\/{2,}/g, '/'),
    query: parsed.searchParams,
    rawUrl,
    headers: incoming.headers,
    body: incoming.headers['content-encoding'] === 'gzip' ? gunzip(wire) : wire,
    wireBytes: wire.length,
  };
}

/** Some clients send `Content-Encoding: gzip` without a body; what is not gzip stays as it came, for the route to refuse. */
function gunzip(wire: Buffer): Buffer {
  if (wire.length === 0) return wire;
  try {
    return gunzipSync(wire);
  } catch {
    return wire;
  }
}

/** Sends the beginning of a body, of which more is promised. */
async function cutWithin(outgoing: ServerResponse, reply: EmulatorReply, bytes: number): Promise<void> {
  const body = reply.stream ? await buffer(Readable.from(reply.stream)) : Buffer.from(reply.body ?? '');
  outgoing.writeHead(reply.status, { ...reply.headers, 'content-length': body.length });
  outgoing.write(body.subarray(0, bytes), () => outgoing.socket?.resetAndDestroy());
}

function send(outgoing: ServerResponse, reply: EmulatorReply): void {
  if (outgoing.destroyed) return;
  if (reply.stream) {
    outgoing.writeHead(reply.status, { ...reply.headers });
    // A reader that has had enough closes the connection: that is how an endless body ends.
    return void pipeline(Readable.from(reply.stream), outgoing).catch(() => undefined);
  }
  const body = reply.body ?? '';
  outgoing.writeHead(reply.status, { 'content-length': Buffer.byteLength(body), ...reply.headers });
  outgoing.end(body);
}
