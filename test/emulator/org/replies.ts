import { Readable } from 'node:stream';
import { createGzip, gzipSync } from 'node:zlib';
import type { EmulatorReply, EmulatorRequest } from '../server.ts';
import type { BulkError, RestError } from './errors.ts';
import { element, XMLNS } from './xml/write.ts';

/** A JSON reply; `body` may be text that is JSON already. */
export function json(body: unknown, status = 200): EmulatorReply {
  return {
    status,
    headers: { 'content-type': 'application/json;charset=UTF-8' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

export const xml = (body: string, status = 200): EmulatorReply => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body,
});

export const csv = (body: string): EmulatorReply => ({ status: 200, headers: { 'content-type': 'text/csv' }, body });

export const empty = (status = 204): EmulatorReply => ({ status });

/** REST errors are an array, even of one. */
export const restErrorReply = (error: RestError): EmulatorReply =>
  json(
    [{ message: error.message, errorCode: error.errorCode, ...(error.fields ? { fields: error.fields } : {}) }],
    error.status,
  );

/** Clients look for the literal `<exceptionCode>InvalidSessionId</exceptionCode>`: no white space inside elements. */
export const bulkErrorReply = (error: BulkError): EmulatorReply =>
  xml(
    `<?xml version="1.0" encoding="UTF-8"?><error\n   xmlns="${XMLNS}">\n` +
      ` ${element('exceptionCode', error.exceptionCode)}\n ${element('exceptionMessage', error.message)}\n</error>\n`,
    error.status,
  );

/** Gzips the reply where the client accepts it: gzip is the only encoding the platform honours. */
export function encoded(reply: EmulatorReply, request: EmulatorRequest): EmulatorReply {
  const accepted = request.headers['accept-encoding'];
  const { body = '', stream } = reply;
  if (!stream && body.length === 0) return reply;
  if (accepted === undefined || !/\bgzip\b/i.test(String(accepted))) return reply;
  const headers = { ...reply.headers, 'content-encoding': 'gzip', vary: 'Accept-Encoding' };
  if (!stream) return { ...reply, headers, body: gzipSync(body, { level: 1 }) };
  return { ...reply, headers, stream: Readable.from(stream).pipe(createGzip({ level: 1 })) };
}
