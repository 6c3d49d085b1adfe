import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { DeadlinePassed, dispatchRequest, type HttpRequest, SinkFailed, TooLarge } from './dispatch-request.ts';
import { HttpFailure } from './failure.ts';

export type { Dispatcher, HttpRequest };

export type HttpReply = {
  readonly status: number;
  /** Names are in lower case. Repeated headers are joined with a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
};

/**
 * Decompression runs in the main thread, where it takes three milliseconds for a page of 2,000 records. Buffers from
 * zlib's own threads, input and output, stay in memory until the next full garbage collection.
 */
const decompressors: Readonly<Record<string, (body: Buffer, options: { maxOutputLength: number }) => Buffer>> = {
  gzip: gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
};

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
 * The connection pool of all requests. Proxies come from HTTPS_PROXY, HTTP_PROXY, and NO_PROXY. HTTP/2 is off, because
 * the platform's GOAWAY frames can end the process. Sockets are kept alive for longer than the longest poll interval.
 */
export function createDispatcher(): Dispatcher {
  const options = { allowH2: false, keepAliveTimeout: 30_000, keepAliveMaxTimeout: 60_000 };
  const names = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'];
  // The proxy agent reads the environment for every request.
  return names.some((name) => process.env[name]) ? new EnvHttpProxyAgent(options) : new Agent(options);
}

/**
 * Sends one HTTP request, without retries or redirects. Any status is a reply. Without a reply within the limits,
 * throws an {@link HttpFailure} whose message names the method, host, and cause, but never the query string, which may
 * hold a secret. Errors of a sink are rethrown.
 */
export async function sendRequest(request: HttpRequest, dispatcher: Dispatcher): Promise<HttpReply> {
  try {
    const { status, headers, body } = await dispatchRequest(request, dispatcher);
    const decompressor = decompressors[headers['content-encoding']?.toLowerCase() ?? ''];
    if (!decompressor || body.length === 0) return { status, headers, body };
    return { status, headers, body: decompressor(body, { maxOutputLength: request.maxBytes }) };
  } catch (cause) {
    request.signal?.throwIfAborted();
    if (cause instanceof SinkFailed) throw cause.cause;
    throw toFailure(cause, request);
  }
}

function toFailure(cause: unknown, request: HttpRequest): HttpFailure {
  const { host, pathname } = new URL(request.url);
  const what = `${request.method} ${host}${pathname}`;
  const code = codeOf(cause);
  if (cause instanceof DeadlinePassed) {
    const final = cause.ms === request.totalMs;
    return new HttpFailure(what, cause.message, { code: 'TIMEOUT', reached: true, final, cause });
  }
  if (cause instanceof TooLarge || code === 'ERR_BUFFER_TOO_LARGE') {
    return new HttpFailure(what, `the answer is larger than ${request.maxBytes} bytes`, {
      code: 'TOO_LARGE',
      reached: true,
      final: request.sink !== undefined,
      cause,
    });
  }
  const proxyStatus = proxyRefusal(cause);
  if (proxyStatus !== undefined) {
    const reason = `the proxy refused the connection (HTTP ${proxyStatus}); see HTTPS_PROXY`;
    return new HttpFailure(what, reason, { code: 'PROXY_REFUSED', reached: false, final: proxyStatus < 500, cause });
  }
  const final = isTlsRefusal(code);
  return new HttpFailure(what, describe(code), { code, reached: !NEVER_SENT.has(code) && !final, final, cause });
}

/** The status of a proxy's answer to CONNECT, which undici only puts in its message. */
function proxyRefusal(error: unknown): number | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    const status = /Proxy response \((\d{3})\)/.exec(at.message)?.[1];
    if (status !== undefined) return Number(status);
  }
  return undefined;
}

/** undici hides the system's error code in `cause`. A name with two addresses fails with an AggregateError. */
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
    case 'Z_DATA_ERROR':
    case 'Z_BUF_ERROR':
      return `the answer cannot be decompressed (${code})`;
    default:
      return isTlsRefusal(code) ? `certificate refused (${code}); see NODE_EXTRA_CA_CERTS` : `no answer (${code})`;
  }
}
