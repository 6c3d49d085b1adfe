import { bylineError } from '../errors.ts';
import { failed, ok, type Reading, skipped } from '../model/reading.ts';
import { evaluate, type Expression, parseExpression } from './expression.ts';
import { holds, readContent } from './json-content.ts';
import { addPages, nextPage, type Page } from './json-pages.ts';
import { createReport } from './json-report.ts';
import { createRequests, type JsonRequests } from './json-request.ts';
import { type BatchSettings, type JsonSettings, jsonSettings } from './json-settings.ts';
import { limitPause } from './limit-headers.ts';
import {
  askEach,
  bisectOnError,
  cutUrlChunks,
  gather,
  orFailed,
  readKeyed,
  type Readings,
  someGood,
} from './url-chunks.ts';
import { valueAt } from './pointer.ts';
import { presets } from './presets.ts';
import { notCumulativeReason, hostsOf, REPORT_LIMITS, REPORT_URLS } from './report-settings.ts';
import { asObject } from './reply.ts';
import {
  type Ask,
  type CountService,
  type LookUpService,
  type ServiceDefinition,
  type ServiceReply,
  type ServiceTraits,
  ServiceError,
} from './service.ts';
import { placeholdersIn } from './template.ts';

/** A service declared in the settings: any API that returns a number for a URL. */
export const json: ServiceDefinition<JsonSettings> = {
  name: 'json',
  summary: 'Any API that answers with a number, as the settings describe it; or a preset',
  needs: 'url and value, or preset',
  distinguishes: ['scheme', 'slash'],
  options: jsonSettings,
  create: (name, given, secrets) => {
    const settings = withPreset(given);
    const { url, limitHeaders, rate, report } = settings;
    if (url === undefined) throw bylineError('serviceNeeds', [name, 'url']);
    const asked = placeholdersIn([url, settings.query, settings.body, settings.form]);
    for (const key of ['endpoint', 'site'] as const) {
      if (asked.includes(key) && settings[key] === undefined) throw bylineError('serviceNeeds', [name, key]);
    }
    const requests = createRequests(name, url, settings, secrets);
    const traits = {
      name,
      limits: { ...(report ? REPORT_LIMITS : {}), ...(rate ? { rate } : {}) },
      ...(limitHeaders ? { pauseUntil: (reply: ServiceReply) => limitPause(reply, limitHeaders) } : {}),
    };
    if (!report) return createLookUp(traits, settings, requests, asked);
    const source = createReport(name, { ...settings, report }, requests, asked);
    return { ...traits, maxUrls: REPORT_URLS, notCumulative: notCumulativeReason(settings), report: source };
  },
};

type Traits = Omit<ServiceTraits, 'maxUrls'>;

/** The declared service that looks URLs up. */
function createLookUp(
  traits: Traits,
  settings: JsonSettings,
  requests: JsonRequests,
  asked: readonly string[],
): CountService {
  const { name } = traits;
  const { batch, page } = settings;
  // In a reply that is only a number, the number is the whole text.
  const text = settings.value ?? (settings.format === 'text' ? '' : undefined);
  const value = text === undefined ? undefined : parseExpression(text);
  if (value === undefined) throw bylineError('serviceNeeds', [name, 'value']);
  const service = { ...traits, maxUrls: batch?.max ?? 1 };
  const hosts = hostsAsked(settings, asked);
  if (page) {
    if (batch) throw bylineError('serviceSettings', [name, 'page', 'several URLs cannot be asked page by page']);
    const readPage = (reply: ServiceReply, url: string): Page => {
      const content = readContent(reply, settings);
      return { reading: readItem(content, url, value, settings), next: nextPage(content, page) };
    };
    const count = (url: string, ask: Ask): Promise<Reading> =>
      addPages(requests.one(url), page.max, ask, (reply) => readPage(reply, url));
    return ofHosts(hosts, {
      ...service,
      lookUp: (urls, ask) => Promise.all(urls.map((url) => count(url, requests.loggedIn(ask)))),
    });
  }
  if (!batch) {
    return ofHosts(hosts, {
      ...service,
      lookUp: (urls, ask) =>
        askEach(urls, requests.loggedIn(ask), requests.one, (reply, url) => readDeclared(reply, url, value, settings)),
    });
  }
  const separatorBytes = batch.style === 'repeat' ? `&${batch.parameter ?? ''}=`.length : batch.separator.length;
  return ofHosts(hosts, {
    ...service,
    lookUp: (urls, ask) => {
      const isSafe = (url: string): boolean => batch.style !== 'join' || !url.includes(batch.separator);
      const together = cutUrlChunks(urls.filter(isSafe), batch.max, batch.maxBytes, separatorBytes);
      const alone = urls.filter((url) => !isSafe(url)).map((url) => [url]);
      return gather(urls, [...together, ...alone], (part) =>
        bisectOnError(part, (some) =>
          requests.loggedIn(ask)(requests.many(some), (reply) =>
            readDeclaredBatch(reply, some, value, { ...settings, batch }),
          ),
        ),
      );
    },
  });
}

/**
 * The hosts whose URLs can be requested. If a service only receives a path, it would mistake a URL of another host for
 * its own page.
 */
function hostsAsked({ hosts, endpoint }: JsonSettings, asked: readonly string[]): ReadonlySet<string> | undefined {
  if (hosts) return hostsOf(hosts);
  const isPathAlone = asked.some((name) => PATH_WORDS.has(name)) && !asked.some((name) => WHOLE_WORDS.has(name));
  return isPathAlone && endpoint !== undefined ? new Set([new URL(endpoint).host]) : undefined;
}

const PATH_WORDS = new Set(['path', 'pathAndQuery']);
const WHOLE_WORDS = new Set(['url', 'urlNoScheme', 'urls', 'host']);

/** Wraps a service to skip URLs of other hosts. */
function ofHosts(hosts: ReadonlySet<string> | undefined, service: LookUpService): LookUpService {
  if (!hosts) return service;
  return {
    ...service,
    lookUp: async (urls, ask) => {
      const own = urls.filter((url) => hosts.has(new URL(url).host));
      const readings = own.length === 0 ? [] : await service.lookUp(own, ask);
      const byUrl = new Map(own.map((url, index) => [url, readings[index]!]));
      return urls.map((url) => byUrl.get(url) ?? skipped('not of this site'));
    },
  };
}

/** The settings, with those of their preset as defaults. */
function withPreset(given: JsonSettings): JsonSettings {
  const preset = given.preset !== undefined && Object.hasOwn(presets, given.preset) ? presets[given.preset] : undefined;
  if (!preset) return given;
  const settings = jsonSettings.parse(preset.settings);
  const report = settings.report && { ...settings.report, ...given.report };
  return { ...settings, ...given, ...(report ? { report } : {}) };
}

/** Reads the count in the reply to a request for one URL, as the settings declare. */
export function readDeclared(reply: ServiceReply, url: string, value: Expression, settings: JsonSettings): Reading {
  return readItem(readContent(reply, settings), url, value, settings);
}

/** Reads the count in `item`, the answer or its part about the URL. */
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

/** Reads the counts in the reply to a request for several URLs. A missing URL has no reading. */
export function readDeclaredBatch(
  reply: ServiceReply,
  urls: readonly string[],
  value: Expression,
  settings: JsonSettings & { readonly batch: BatchSettings },
): Readings {
  const { batch } = settings;
  const items = valueAt(readContent(reply, settings), batch.items);
  const readOne = (item: unknown, url: string): Reading => readItem(item, url, value, settings);
  if (batch.reply === 'map') return someGood(readKeyed(new Map(Object.entries(asObject(items) ?? {})), urls, readOne));
  if (!Array.isArray(items)) throw new ServiceError('url', `no list at ${batch.items || 'the top'} of the answer`);
  const list: readonly unknown[] = items;
  if (batch.reply === 'list') {
    const byUrl = Map.groupBy(list, (item) => String(valueAt(item, batch.key)));
    // With several items for a URL, it is unknown which one has the number.
    const readOnly = (items: unknown, url: string): Reading =>
      Array.isArray(items) && items.length === 1 ? readOne(items[0], url) : failed('more than once in the answer');
    return someGood(readKeyed(byUrl, urls, readOnly));
  }
  // In a list of another length, it is unknown which item belongs to which URL.
  if (list.length !== urls.length) throw new ServiceError('url', `${list.length} answers to ${urls.length} URLs`);
  return someGood(new Map(urls.map((url, index) => [url, orFailed(() => readOne(list[index], url))])));
}
