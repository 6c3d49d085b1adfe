import { bylineError } from '../errors.ts';
import { evaluate, parseExpression } from './expression.ts';
import { holds, readContent } from './json-content.ts';
import type { JsonRequests } from './json-request.ts';
import type { JsonSettings, ReportSettings } from './json-settings.ts';
import { nextLink } from './link-header.ts';
import { readCount } from './number.ts';
import { keyOfRow, type RowAddress } from './page-key.ts';
import { valueAt } from './pointer.ts';
import { snippet, textOf } from './reply.ts';
import { hostsOf, offsetsAfterFirst, reportPeriodOf } from './report-settings.ts';
import { type ReportRow, type ReportSource, type ServiceReply, type ServiceRequest, ServiceError } from './service.ts';
import type { Words } from './template.ts';

type Declared = JsonSettings & { readonly report: ReportSettings };

type Place = {
  readonly offset: number;
  readonly page: number;
  readonly cursor?: string | undefined;
  /** The address of a page from a `Link` header. */
  readonly link?: string;
};

/** Earlier than any supported service. */
const EARLIEST = '2000-01-01';
/** Placeholders that are about one URL. */
const URL_WORDS = new Set(['url', 'urls', 'urlNoScheme', 'path', 'pathAndQuery']);

/** Creates the report of a declared service. Throws an error if its settings don't say how to read it. */
export function createReport(
  name: string,
  settings: Declared,
  requests: JsonRequests,
  asked: readonly string[],
): ReportSource {
  const { report, match = 'path', hosts } = settings;
  const wrong = (key: string, why: string): Error => bylineError('serviceSettings', [name, key, why]);
  const { key, value } = report;
  if (key === undefined) throw bylineError('serviceNeeds', [name, 'report.key']);
  if (value === undefined) throw bylineError('serviceNeeds', [name, 'report.value']);
  const about = asked.find((word) => URL_WORDS.has(word));
  if (about !== undefined) throw wrong('report', `a report is of all pages, so that {${about}} stands for nothing`);
  for (const other of ['batch', 'page', 'zeroWhen'] as const) {
    if (settings[other]) throw wrong(other, 'is of no use in a report');
  }
  if (report.next === 'offset' && report.limit === undefined && report.total === undefined && !report.more) {
    throw wrong('report.limit', 'is needed to tell the last page, where there is neither total nor more');
  }
  const addresses = addressesOf(report, hosts);
  if (addresses === 'path' && hosts === undefined) throw bylineError('serviceNeeds', [name, 'hosts']);
  if (asked.includes('host') && hosts?.length !== 1) throw wrong('hosts', '{host} stands for the only one of them');
  return {
    // Services that differ only in the number they take share the report.
    key: JSON.stringify(['json', { ...settings, kind: undefined, report: { ...report, value: undefined } }]),
    measure: JSON.stringify(value),
    addresses,
    match,
    hosts: hostsOf(hosts),
    open: (measures, now) => {
      const { start, end } = reportPeriodOf(settings.since ?? EARLIEST, now);
      const period = { since: start, until: end, sinceMs: Date.parse(start), untilMs: now, host: hosts?.[0] };
      const places = new WeakMap<ServiceRequest, Place>();
      const toRequest = (place: Place): ServiceRequest => {
        const { link, ...where } = place;
        const words: Words = { cursor: undefined, limit: report.limit, ...where, ...period };
        const request = link === undefined ? requests.page(words) : requests.linked(words, link);
        places.set(request, place);
        return request;
      };
      return {
        first: [toRequest({ offset: 0, page: report.firstPage ?? 1 })],
        readPage: (request, ask) =>
          requests.loggedIn(ask)(request, (reply) => {
            const content = readContent(reply, settings);
            const items = itemsOf(content, report);
            const place = places.get(request)!;
            const page = readItems(items, measures, settings);
            if (place.offset === 0) checkKeys(page.rows, addresses);
            const total = report.total === undefined ? undefined : readCount(valueAt(content, report.total));
            const more = followUps({ content, items, reply, total }, place, request.url, report);
            const incomplete = page.incomplete ?? more.incomplete;
            return { rows: page.rows, next: more.places.map(toRequest), total, incomplete };
          }),
      };
    },
  };
}

function addressesOf({ key, keyIs }: ReportSettings, hosts: readonly string[] | undefined): RowAddress {
  if (typeof key === 'object') return 'hostname';
  return keyIs ?? (hosts ? 'path' : 'url');
}

function itemsOf(content: unknown, { items: pointer = '', limit }: ReportSettings): readonly unknown[] {
  const items = valueAt(content, pointer);
  if (!Array.isArray(items)) throw new ServiceError('url', `no list at ${pointer || 'the top'} of the answer`);
  if (limit !== undefined && items.length > limit) {
    throw new ServiceError('stop', `${items.length} rows where ${limit} were asked for`);
  }
  return items as readonly unknown[];
}

/** Reads the rows of a page, without those that are about no page. */
function readItems(
  items: readonly unknown[],
  measures: readonly string[],
  { where, numericStrings, report }: Declared,
): { readonly rows: readonly ReportRow[]; readonly incomplete: string | undefined } {
  const expressions = measures.map((measure) => parseExpression(JSON.parse(measure) as string | string[])!);
  const isOther = (item: unknown): boolean => report.otherWhen !== undefined && holds(item, report.otherWhen, '');
  const isTaken = (item: unknown): boolean => where === undefined || holds(item, where, '');
  const rows = items.map((item): ReportRow => {
    if (isOther(item) || !isTaken(item)) return { pages: [], values: [] };
    const values = expressions.map((one) => evaluate(one, item, { strings: numericStrings ?? false }));
    const page = pageOf(item, report);
    return { pages: [page], id: page, values };
  });
  return { rows, incomplete: items.some(isOther) ? 'rows are folded into one' : undefined };
}

/** The page a row is about; empty if none. A host may have a scheme before it. */
function pageOf(item: unknown, { key = '' }: ReportSettings): string {
  if (typeof key === 'string') return keyAt(item, key);
  return `${keyAt(item, key.host).replace(/^https?:\/\/|\/+$/gi, '')}${keyAt(item, key.path)}`;
}

function keyAt(item: unknown, pointer: string): string {
  const found = valueAt(item, pointer);
  if (found === undefined) throw new ServiceError('url', `nothing at ${pointer} of a row`);
  return textOf(found);
}

/** If the `key` were of another kind, no row would match, and all URLs would have the count 0. */
function checkKeys(rows: readonly ReportRow[], addresses: RowAddress): void {
  const named = rows.flatMap(({ pages }) => pages);
  if (named.length === 0 || named.some((page) => keyOfRow(page, addresses, 'path') !== undefined)) return;
  throw new ServiceError('url', `no row names a page by its ${addresses}: ${snippet(named[0]!)}`);
}

type Answer = {
  readonly content: unknown;
  readonly items: readonly unknown[];
  readonly reply: ServiceReply;
  readonly total: number | undefined;
};

type FollowUps = { readonly places: readonly Place[]; readonly incomplete?: string };

/** The pages that can be requested after one, and why rows may be missing. */
function followUps(answer: Answer, place: Place, address: string, report: ReportSettings): FollowUps {
  const { items, content, reply, total } = answer;
  const { next, limit } = report;
  const isFull = limit !== undefined && items.length === limit;
  const more = report.more === undefined ? undefined : readMore(valueAt(content, report.more), report.more);
  const offset = place.offset + items.length;
  const after = { offset, page: place.page + 1 };
  if (next === undefined) {
    const isCut = more ?? (total === undefined && isFull);
    return { places: [], ...(isCut ? { incomplete: `it has no more than ${items.length} rows` } : {}) };
  }
  if (next === 'link') return going(nextLink(reply.headers['link'], address), (link) => ({ ...after, link }), more);
  if (typeof next === 'object' && 'cursor' in next) {
    const cursor = textOf(valueAt(content, next.cursor));
    if (cursor !== '' && cursor === place.cursor) throw new ServiceError('stop', 'the next page is the same again');
    return going(cursor === '' || more === false ? undefined : cursor, (one) => ({ ...after, cursor: one }), more);
  }
  // A page without rows is the last, whatever else the answer says.
  const isLast = items.length === 0 || !(more ?? (total === undefined ? isFull : offset < total));
  if (isLast) return { places: [], ...(more && items.length === 0 ? { incomplete: NO_MORE_CAME } : {}) };
  if (typeof next === 'object') {
    const seen = items.map((item) => textOf(valueAt(item, next.seen)));
    if (seen.includes('')) throw new ServiceError('url', `nothing at ${next.seen} of a row`);
    return { places: [{ ...after, cursor: [...(place.cursor?.split(',') ?? []), ...seen].join() }] };
  }
  if (total === undefined) return { places: [after] };
  // The first page has the number of rows, so that the others are requested concurrently.
  const offsets = place.offset === 0 ? offsetsAfterFirst(total, items.length) : [];
  return { places: offsets.map((one, index) => ({ offset: one, page: after.page + index })) };
}

const NO_MORE_CAME = 'it has more rows, which did not come';

function going<T>(found: T | undefined, toPlace: (found: T) => Place, more: boolean | undefined): FollowUps {
  if (found !== undefined) return { places: [toPlace(found)] };
  return { places: [], ...(more ? { incomplete: NO_MORE_CAME } : {}) };
}

function readMore(value: unknown, pointer: string): boolean {
  if (typeof value === 'boolean') return value;
  throw new ServiceError('url', `neither true nor false at ${pointer} of the answer`);
}
