import { bylineError } from '../errors.ts';
import { failed, ok, type Reading } from '../model/reading.ts';
import { retryAfterMs } from '../http/retry-after.ts';
import { isSameArticle } from './canonical.ts';
import { evaluate, type Expression, parseExpression } from './expression.ts';
import { addPages, nextPage, type Page } from './json-pages.ts';
import { createRequests } from './json-request.ts';
import { type BatchSettings, type JsonSettings, jsonSettings, type PageSettings } from './json-settings.ts';
import { readCallArguments } from './jsonp.ts';
import { limitPause } from './limit-headers.ts';
import { askEach, bisected, cutParts, gather, orFailed, readKeyed, type Readings, someGood } from './parts.ts';
import { valueAt } from './pointer.ts';
import { presets } from './presets.ts';
import { asObject, expectOk, gist, parseJson, snippet, textOf } from './reply.ts';
import { type Ask, type CountService, type ServiceDefinition, type ServiceReply, Trouble } from './service.ts';

/** A service that is declared in the settings, not coded: any API that gives a number for a URL. */
export const json: ServiceDefinition<JsonSettings> = {
  name: 'json',
  summary: 'Any API that answers with a number, as the settings describe it; or a preset',
  needs: 'url and value, or preset',
  keepsApart: ['scheme', 'slash'],
  options: jsonSettings,
  create: (name, given, secrets) => {
    const settings = withPreset(given);
    // Of a reply that is nothing but the number, the number is the whole of it.
    const text = settings.value ?? (settings.format === 'text' ? '' : undefined);
    const value = text === undefined ? undefined : parseExpression(text);
    if (settings.url === undefined) throw bylineError('serviceNeeds', [name, 'url']);
    if (settings.url.startsWith('{endpoint}') && settings.endpoint === undefined) {
      throw bylineError('serviceNeeds', [name, 'endpoint']);
    }
    if (value === undefined) throw bylineError('serviceNeeds', [name, 'value']);
    const requests = createRequests(name, settings.url, settings, secrets);
    const { limitHeaders, batch } = settings;
    const service: CountService = {
      name,
      maxUrls: batch?.max ?? 1,
      limits: {},
      ...(limitHeaders ? { pauseUntil: (reply: ServiceReply) => limitPause(reply, limitHeaders) } : {}),
      lookUp: (urls, ask) =>
        askEach(urls, ask, requests.one, (reply, url) => readDeclared(reply, url, value, settings)),
    };
    const { page } = settings;
    if (page) {
      if (batch) throw bylineError('serviceSettings', [name, 'page', 'several URLs cannot be asked page by page']);
      const count = (url: string, ask: Ask): Promise<Reading> =>
        addPages(requests.one(url), page.max, ask, (reply) => readPage(reply, url, value, settings, page));
      return { ...service, lookUp: (urls, ask) => Promise.all(urls.map((url) => count(url, ask))) };
    }
    if (!batch) return service;
    const separatorBytes = batch.style === 'repeat' ? `&${batch.parameter ?? ''}=`.length : batch.separator.length;
    return {
      ...service,
      lookUp: (urls, ask) => {
        const isSafe = (url: string): boolean => batch.style !== 'join' || !url.includes(batch.separator);
        const together = cutParts(urls.filter(isSafe), batch.max, batch.maxBytes, separatorBytes);
        const alone = urls.filter((url) => !isSafe(url)).map((url) => [url]);
        return gather(urls, [...together, ...alone], (part) =>
          bisected(part, (some) =>
            ask(requests.many(some), (reply) => readDeclaredBatch(reply, some, value, settings, batch)),
          ),
        );
      },
    };
  },
};

/** The settings with those of their preset beneath them. */
function withPreset(given: JsonSettings): JsonSettings {
  const preset = given.preset !== undefined && Object.hasOwn(presets, given.preset) ? presets[given.preset] : undefined;
  return preset ? { ...jsonSettings.parse(preset.settings), ...given } : given;
}

/** The count in the reply to a request for one URL, by the settings of a declared service. */
export function readDeclared(reply: ServiceReply, url: string, value: Expression, settings: JsonSettings): Reading {
  return readItem(readContent(reply, settings), url, value, settings);
}

/** A page of such a reply: its count, and what asks for the next one. */
function readPage(
  reply: ServiceReply,
  url: string,
  value: Expression,
  settings: JsonSettings,
  page: PageSettings,
): Page {
  const content = readContent(reply, settings);
  return { reading: readItem(content, url, value, settings), next: nextPage(content, page) };
}

/** What `item`, the answer or the part of it that is about the URL, says. */
function readItem(item: unknown, url: string, value: Expression, settings: JsonSettings): Reading {
  const { zeroWhen, where } = settings;
  if (zeroWhen && holds(item, zeroWhen, url)) return ok(0);
  return ok(
    evaluate(value, item, {
      strings: settings.numericStrings || settings.format === 'text',
      where: where && ((one) => holds(one, where, url)),
    }),
  );
}

/** The counts in the reply to a request for several URLs. A URL that is not in it has no reading. */
export function readDeclaredBatch(
  reply: ServiceReply,
  urls: readonly string[],
  value: Expression,
  settings: JsonSettings,
  batch: BatchSettings,
): Readings {
  const items = valueAt(readContent(reply, settings), batch.items);
  const readOne = (item: unknown, url: string): Reading => readItem(item, url, value, settings);
  if (batch.reply === 'map') return someGood(readKeyed(new Map(Object.entries(asObject(items) ?? {})), urls, readOne));
  if (!Array.isArray(items)) throw new Trouble('url', `no list at ${batch.items || 'the top'} of the answer`);
  const list: readonly unknown[] = items;
  if (batch.reply === 'list') {
    const byUrl = Map.groupBy(list, (item) => String(valueAt(item, batch.key)));
    // Of several items nobody knows which one has the number.
    const readOnly = (items: unknown, url: string): Reading =>
      Array.isArray(items) && items.length === 1 ? readOne(items[0], url) : failed('more than once in the answer');
    return someGood(readKeyed(byUrl, urls, readOnly));
  }
  // Of a list of another length nobody knows which is whose.
  if (list.length !== urls.length) throw new Trouble('url', `${list.length} answers to ${urls.length} URLs`);
  return someGood(new Map(urls.map((url, index) => [url, orFailed(() => readOne(list[index], url))])));
}

function readContent(reply: ServiceReply, settings: JsonSettings): unknown {
  checkCodes(reply, settings);
  expectOk(reply);
  const content = parseContent(reply, settings.format);
  for (const pointer of settings.error ?? []) {
    const error = valueAt(content, pointer);
    if (error) throw new Trouble('url', `error at ${pointer}: ${snippet(JSON.stringify(error))}`);
  }
  for (const [pointer, expected] of Object.entries(settings.expect ?? {})) {
    const found = valueAt(content, pointer);
    if (found !== expected)
      throw new Trouble('url', `${pointer} is not ${String(expected)}: ${snippet(JSON.stringify(found) ?? 'missing')}`);
  }
  return content;
}

/** Throws the {@link Trouble} that the settings name for a code in the reply, whatever its HTTP status. */
function checkCodes(reply: ServiceReply, { errorCodes = {}, format }: JsonSettings): void {
  for (const [pointer, acts] of Object.entries(errorCodes)) {
    const code = textOf(valueAt(tryParse(reply, format), pointer));
    const act = Object.hasOwn(acts, code) ? acts[code] : undefined;
    if (act === undefined) continue;
    const wait = act === 'pause' ? retryAfterMs(reply.headers['retry-after'], reply.at) : undefined;
    // A URL the service refuses, perhaps among others: an answer, not an illness of the service.
    const trouble = act === 'url' ? 'split' : act;
    throw new Trouble(trouble, `${pointer} is ${snippet(code)}: ${gist(reply.text)}`, wait && reply.at + wait);
  }
}

function tryParse(reply: ServiceReply, format: JsonSettings['format']): unknown {
  try {
    return parseContent(reply, format);
  } catch (error) {
    if (error instanceof Trouble) return undefined;
    throw error;
  }
}

function parseContent(reply: ServiceReply, format: JsonSettings['format']): unknown {
  if (format === 'text') return reply.text.trim();
  if (format !== 'arguments') return parseJson(reply);
  const values = readCallArguments(reply.text);
  if (values === undefined) throw new Trouble('url', `not a call: ${gist(reply.text)}`);
  return values;
}

/** Whether `value` has, at each pointer, what the condition says; `{url}` is the article, by any of its spellings. */
function holds(value: unknown, condition: Readonly<Record<string, unknown>>, url: string): boolean {
  return Object.entries(condition).every(([pointer, expected]) => {
    const found = valueAt(value, pointer);
    return expected === '{url}' ? isSameArticle(found, url) : found === expected;
  });
}
