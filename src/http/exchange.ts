import type { Dispatcher } from 'undici';
import type { HttpRequest } from './attempt.ts';

/** A reply as it came over the wire, body still compressed. */
export type RawReply = { readonly status: number; readonly headers: Record<string, string>; readonly body: Buffer };

/** The deadline of a request passed before its reply was complete. */
export class DeadlinePassed extends Error {}

/** A reply had more bytes than the request accepts. */
export class TooLarge extends Error {}

/**
 * Sends one request and gathers its reply, by undici's own dispatch: without the streams and signals of its `request`,
 * which cost as much as the exchange itself when replies are small. Rejects with {@link DeadlinePassed}, {@link TooLarge},
 * the reason of the request's signal, or undici's error.
 */
export function exchange(request: HttpRequest, dispatcher: Dispatcher): Promise<RawReply> {
  const { origin, pathname, search } = new URL(request.url);
  return new Promise((resolve, reject) => {
    const { signal, method, headers } = request;
    const reply = { status: 0, headers: {}, parts: [] as Buffer[], size: 0 };
    let controller: Dispatcher.DispatchController | undefined;

    const end = (): void => {
      clearTimeout(deadline);
      signal?.removeEventListener('abort', onAbort);
    };
    const fail = (error: Error): void => {
      end();
      reject(error);
      controller?.abort(error);
    };
    const onAbort = (): void => fail(toError(signal?.reason));
    const deadline = setTimeout(() => fail(new DeadlinePassed()), request.timeoutMs);
    signal?.addEventListener('abort', onAbort, { once: true });

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: (given) => {
        controller = given;
        // The deadline or the signal may have come while the connection was being made.
        if (signal?.aborted || deadline.hasRef === undefined) given.abort(new DeadlinePassed());
      },
      onResponseStart: (_, status, raw) => {
        reply.status = status;
        reply.headers = joinHeaders(raw);
      },
      onResponseData: (_, chunk) => {
        reply.size += chunk.length;
        if (reply.size > request.maxBytes) fail(new TooLarge());
        else reply.parts.push(chunk);
      },
      onResponseEnd: () => {
        end();
        resolve({ status: reply.status, headers: reply.headers, body: Buffer.concat(reply.parts, reply.size) });
      },
      onResponseError: (_, error) => fail(error),
    };
    dispatcher.dispatch(
      { origin, path: `${pathname}${search}`, method, headers: { 'accept-encoding': 'gzip', ...headers }, body: request.body ?? null, headersTimeout: 0, bodyTimeout: 0 },
      handler,
    );
  });
}
