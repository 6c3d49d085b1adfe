import type { EmulatorReply, EmulatorRequest } from '../server.ts';
import type { Counts } from './counts.ts';
import type { Quota } from './quota.ts';
import type { Flaw } from './report-rows.ts';
import type { Tokens } from './tokens.ts';

/** What a service knows while it answers. */
export type Context = {
  readonly counts: Counts;
  readonly quota: Quota;
  readonly tokens: Tokens;
  /** What makes its report less than whole. */
  readonly flaw: Flaw | undefined;
  /** Epoch milliseconds by the clock of the service. */
  readonly now: () => number;
  /** The value of one of the service's `env` variables, as the emulator checks it. */
  readonly secret: (name: string) => string;
};

/** One count service, in the wire shape of the real one. */
export type EmulatedService = {
  readonly name: string;
  /** Path of the endpoint, as settings name it after scheme and host. */
  readonly path: string;
  /**
   * Set where the service does not answer for any URL: with a `report`, whose rows are the URLs that a count was set for, or
   * by the `ids` that its own URLs hold.
   */
  readonly reads?: 'report' | 'ids';
  /** The settings under `services.<name>`. */
  readonly settings: (endpoint: string) => object;
  /** Secrets the service checks. */
  readonly env?: Readonly<Record<string, string>>;
  /** Requests the service allows in a window of its own, where its documentation names one. */
  readonly quota?: { readonly limit: number; readonly seconds: number };
  /** What faults and counters know a request by, where it is not the service's name. */
  readonly kind?: (request: EmulatorRequest) => string;
  /** The URLs a request asks for, decoded once, as the real service decodes them. */
  readonly urls: (request: EmulatorRequest) => string[];
  readonly answer: (request: EmulatorRequest, context: Context) => EmulatorReply;
  /** How the service reports a failure inside HTTP 200. */
  readonly errorInside200: (request: EmulatorRequest) => EmulatorReply;
};

type Headers = Readonly<Record<string, string>>;

export function json(status: number, value: unknown, headers: Headers = {}): EmulatorReply {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=UTF-8', ...headers },
    body: JSON.stringify(value),
  };
}

export function script(body: string): EmulatorReply {
  return { status: 200, headers: { 'content-type': 'application/javascript; charset=utf-8' }, body };
}

/** JSONP: the `body`, JSON or a bare number, in a call of the `callback` that the client names. */
export const jsonp = (callback: string, body: string): EmulatorReply => script(`${callback}(${body});`);

export function text(status: number, body: string, headers: Headers = {}): EmulatorReply {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, body };
}

export function html(status: number, title: string): EmulatorReply {
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`,
  };
}

export const NOT_FOUND: EmulatorReply = html(404, 'Not Found');

/** The answer of a service with a single method and path: to any other, that it is not found. */
export const onlyAt =
  (method: 'GET' | 'POST', path: string, answer: EmulatedService['answer']): EmulatedService['answer'] =>
  (request, context) =>
    request.method === method && request.path === path ? answer(request, context) : NOT_FOUND;

export const isHttpUrl = (url: string): boolean => /^https?:\/\/[^/\s]+/i.test(url) && URL.canParse(url);
