import { type EmulatorRequest, startServer } from '../../emulator/server.ts';
import { fill, pattern, type Values } from './placeholders.ts';
import type { Exchange } from './transcript.ts';

export type Replay = {
  readonly url: string;
  /** Requests that no exchange has, as they came. */
  readonly strangers: readonly string[];
  /** Exchanges nobody asked for, as they should have come. */
  missing(): readonly string[];
  close(): Promise<void>;
};

/** Answers each request with the reply the transcript has for it, and a repeated one with its last reply again. */
export async function replay(exchanges: readonly Exchange[], secrets: Values): Promise<Replay> {
  const used = new Set<Exchange>();
  const strangers: string[] = [];
  const server = await startServer((request) => {
    const fitting = exchanges.filter((exchange) => fits(exchange, request, secrets));
    const exchange = fitting.find((one) => !used.has(one)) ?? fitting.at(-1);
    return {
      kind: 'replay',
      handle: () => {
        if (exchange === undefined) {
          strangers.push(show(request));
          return { status: 404, body: 'not in the transcript' };
        }
        used.add(exchange);
        const headers = Object.entries(exchange.replyHeaders).map(([name, value]) => [name, fill(value, secrets)]);
        return {
          status: exchange.status,
          headers: Object.fromEntries(headers) as Record<string, string>,
          body: fill(exchange.replyBody, secrets),
        };
      },
    };
  });
  const unused = (): string[] =>
    exchanges.filter((exchange) => !used.has(exchange)).map(({ method, target }) => `${method} ${target}`);
  return { url: server.url, strangers, missing: unused, close: () => server.close() };
}

function fits({ method, target, headers, body }: Exchange, request: EmulatorRequest, secrets: Values): boolean {
  return (
    request.method === method &&
    pattern(target, secrets).test(request.rawUrl) &&
    pattern(body, secrets).test(request.body.toString('utf8')) &&
    Object.entries(headers).every(([name, value]) => pattern(value, secrets).test(String(request.headers[name])))
  );
}

function show({ method, rawUrl, headers, body }: EmulatorRequest): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`);
  return [`${method} ${rawUrl}`, ...lines, '', body.toString('utf8')].join('\n');
}
