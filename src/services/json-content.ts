import { retryAfterMs } from '../http/retry-after.ts';
import { isSameArticle } from './canonical.ts';
import type { JsonSettings } from './json-settings.ts';
import { readCallArguments } from './jsonp.ts';
import { valueAt } from './pointer.ts';
import { expectOk, gist, parseJson, snippet, textOf } from './reply.ts';
import { type ServiceReply, ServiceError } from './service.ts';

/**
 * Reads the content of a reply to a declared service. Throws the {@link ServiceError} that a declared error in it
 * means.
 */
export function readContent(reply: ServiceReply, settings: JsonSettings): unknown {
  checkCodes(reply, settings);
  expectOk(reply);
  const content = parseContent(reply, settings.format);
  for (const pointer of settings.error ?? []) {
    const error = valueAt(content, pointer);
    if (error) throw new ServiceError('url', `error at ${pointer}: ${snippet(JSON.stringify(error))}`);
  }
  for (const [pointer, expected] of Object.entries(settings.expect ?? {})) {
    const found = valueAt(content, pointer);
    if (found !== expected)
      throw new ServiceError(
        'url',
        `${pointer} is not ${String(expected)}: ${snippet(JSON.stringify(found) ?? 'missing')}`,
      );
  }
  return content;
}

/** Throws the {@link ServiceError} that the settings declare for a code in the reply, whatever its HTTP status. */
function checkCodes(reply: ServiceReply, { errorCodes = {}, format }: JsonSettings): void {
  for (const [pointer, acts] of Object.entries(errorCodes)) {
    const code = textOf(valueAt(tryParse(reply, format), pointer));
    const act = Object.hasOwn(acts, code) ? acts[code] : undefined;
    if (act === undefined) continue;
    const wait = act === 'pause' ? retryAfterMs(reply.headers['retry-after'], reply.at) : undefined;
    // A URL the service refuses, perhaps among others: an answer, not a failure of the service.
    const action = act === 'url' ? 'split' : act;
    throw new ServiceError(action, `${pointer} is ${snippet(code)}: ${gist(reply.text)}`, wait && reply.at + wait);
  }
}

function tryParse(reply: ServiceReply, format: JsonSettings['format']): unknown {
  try {
    return parseContent(reply, format);
  } catch (error) {
    if (error instanceof ServiceError) return undefined;
    throw error;
  }
}

function parseContent(reply: ServiceReply, format: JsonSettings['format']): unknown {
  if (format === 'text') return reply.text.trim();
  if (format !== 'arguments') return parseJson(reply);
  const values = readCallArguments(reply.text);
  if (values === undefined) throw new ServiceError('url', `not a call: ${gist(reply.text)}`);
  return values;
}

/** Whether `value` meets the condition at each pointer; `{url}` is the article, in any of its spellings. */
export function holds(value: unknown, condition: Readonly<Record<string, unknown>>, url: string): boolean {
  return Object.entries(condition).every(([pointer, expected]) => {
    const found = valueAt(value, pointer);
    return expected === '{url}' ? isSameArticle(found, url) : found === expected;
  });
}
