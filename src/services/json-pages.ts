import { failed, ok, type Reading } from '../model/reading.ts';
import type { PageSettings } from './json-settings.ts';
import { readCount } from './number.ts';
import { valueAt } from './pointer.ts';
import { asObject, snippet, textOf } from './reply.ts';
import { withQuery } from './request.ts';
import { type Ask, type ServiceReply, type ServiceRequest, ServiceError } from './service.ts';

/** A page's reading for a URL, and the query parameters for the next page; none after the last. */
export type Page = { readonly reading: Reading; readonly next: Readonly<Record<string, string>> | undefined };

/**
 * Adds up the pages that begin with `request`. If one has no count, or there are more than `max`, the URL has none. A
 * page that names an earlier one throws a {@link ServiceError}, because the requests would never end.
 */
export async function addPages(
  request: ServiceRequest,
  max: number,
  ask: Ask,
  readPage: (reply: ServiceReply) => Page,
): Promise<Reading> {
  const named = new Set<string>();
  const readNewPage = (reply: ServiceReply): Page => {
    const page = readPage(reply);
    const name = JSON.stringify(page.next ?? null);
    if (named.has(name)) throw new ServiceError('url', `asks for the same page again: ${snippet(name)}`);
    named.add(name);
    return page;
  };
  let total = 0;
  let next: Page['next'] = {};
  for (let asked = 0; next; asked += 1) {
    if (asked === max) return failed(`more than ${max} pages`);
    const page: Page = await ask({ ...request, url: withQuery(request.url, next) }, readNewPage);
    if (page.reading.state !== 'ok') return page.reading;
    total = readCount(total + page.reading.count);
    ({ next } = page);
  }
  return ok(total);
}

/**
 * Returns the query parameters for the next page: the token at `next` as `parameter`, or the members of an object
 * there; `undefined` if there are none. Anything else throws a {@link ServiceError}, because the count isn't complete.
 */
export function nextPage(content: unknown, { next, parameter }: PageSettings): Page['next'] {
  const found = valueAt(content, next);
  if (found === undefined || found === null || found === '' || found === false) return undefined;
  const parameters = Object.entries(asObject(found) ?? (parameter === undefined ? {} : { [parameter]: found }));
  const texts = parameters.map(([name, value]) => [name, textOf(value)] as const);
  if (texts.length > 0 && texts.every(([, text]) => text !== '')) return Object.fromEntries(texts);
  throw new ServiceError('url', `nothing to ask for the next page with: ${snippet(JSON.stringify(found))}`);
}
