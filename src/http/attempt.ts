import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { type Dispatcher, EnvHttpProxyAgent, request as undiciRequest } from 'undici';
import { HttpFailure } from './failure.ts';

export type HttpRequest = {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Milliseconds for the whole exchange, connecting and reading the body included. */
  readonly timeoutMs: number;
  /** Bytes of body accepted, counted before and after decompression. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
};

export type HttpReply = {
  readonly status: number;
  /** Names in lower case; a repeated header is joined with a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
};

const decompressors: Readonly<Record<string, (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>>> =
  { gzip: promisify(gunzip), deflate: promisify(inflate), br: promisify(brotliDecompress) };

/** Codes of failures that happen before a request has left this machine. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/**
 * The connection pool all requests share: proxies from HTTPS_PROXY, HTTP_PROXY and NO_PROXY, no HTTP/2 (the platform's
 * GOAWAY frames kill a process on it), sockets kept alive for longer than the longest poll interval.
 */
export function createDispatcher(): Dispatcher {
  return new EnvHttpProxyAgent({ allowH2: false, keepAliveTimeout: 30_000, keepAliveMaxTimeout: 60_000 });
}

/**
 * One HTTP exchange: no retry, no redirect followed. Any status is a reply; no reply within the limits is an
 * {@link HttpFailure} whose message names method, host and cause, never the query string (it may hold a secret).
 */
export async function attempt(request: HttpRequest, dispatcher: Dispatcher): Promise<HttpReply> {
  const timeout = AbortSignal.timeout(request.timeoutMs);
  const signal = request.signal ? AbortSignal.any([request.signal, timeout]) : timeout;
  try {
    const reply = await undiciRequest(request.url, {
      method: request.method,
      headers: { 'accept-encoding': 'gzip', ...request.headers },
      body: request.body ?? null,
      dispatcher,
      signal,
    });
    const headers = joinHeaders(reply.headers);
    const body = await readBody(reply.body, request.maxBytes);
    return { status: reply.statusCode, headers, body: await decompress(body, headers, request.maxBytes) };
  } catch (cause) {
    request.signal?.throwIfAborted();
    throw toFailure(cause, request, timeout.aborted);
  }
}

function joinHeaders(raw: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, value] of Object.entries(raw)) {
    if (value !== undefined) joined[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return joined;
}

async function readBody(stream: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of stream) {
    size += part.length;
    if (size > maxBytes) throw new TooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts, size);
}

async function decompress(body: Buffer, headers: Readonly<Record<string, string>>, maxBytes: number): Promise<Buffer> {
  const decompressor = decompressors[headers['content-encoding']?.toLowerCase() ?? ''];
  return decompressor && body.length > 0 ? decompressor(body, { maxOutputLength: maxBytes }) : body;
}

class TooLarge extends Error {}

function toFailure(cause: unknown, request: HttpRequest, timedOut: boolean): HttpFailure {
  const { host, pathname } = new URL(request.url);
  const what = `${request.method} ${host}${pathname}`;
  const code = timedOut ? 'TIMEOUT' : codeOf(cause);
  if (timedOut) {
    return new HttpFailure(what, `no complete answer within ${request.timeoutMs / 1000} s`, {
      code,
      reached: true,
      cause,
    });
  }
  if (cause instanceof TooLarge || code === 'ERR_BUFFER_TOO_LARGE') {
    return new HttpFailure(what, `the answer is larger than ${request.maxBytes} bytes`, {
      code: 'TOO_LARGE',
      reached: true,
      cause,
    });
  }
  return new HttpFailure(what, describe(code), { code, reached: !NEVER_SENT.has(code) && !isTlsRefusal(code), cause });
}

/** undici hides the operating system's code in `cause`, and a name with two addresses fails with an AggregateError. */
function codeOf(error: unknown): string {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause ?? firstOf(at), depth += 1) {
    if ('code' in at && typeof at.code === 'string') return at.code;
  }
  return 'UNKNOWN';
}

function firstOf(error: Error): unknown {
  return error instanceof AggregateError ? (error.errors as unknown[])[0] : undefined;
}

const isTlsRefusal = (code: string): boolean => /^(ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/.test(code);

function describe(code: string): string {
  switch (code) {
    case 'ECONNREFUSED':
      return 'connection refused (ECONNREFUSED)';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `host name not found (${code})`;
    case 'ECONNRESET':
    case 'UND_ERR_SOCKET':
    case 'EPIPE':
      return `connection lost before the answer was complete (${code})`;
    case 'UND_ERR_CONNECT_TIMEOUT':
      return 'no connection within the time limit (UND_ERR_CONNECT_TIMEOUT)';
    default:
      return isTlsRefusal(code) ? `certificate refused (${code}); see NODE_EXTRA_CA_CERTS` : `no answer (${code})`;
  }
}
