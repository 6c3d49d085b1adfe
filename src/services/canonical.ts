import { normalizeUrl } from '../model/url-equality.ts';

/**
 * Whether two URLs are the same article for services that find by similarity and leave the choice to us: equal but for
 * http or https, a slash at the end of the path and the fragment. Anything else, `www.` and the query too, makes another
 * article.
 */
export function isSameArticle(one: unknown, other: string): boolean {
  return typeof one === 'string' && canonical(one) === canonical(other);
}

function canonical(url: string): string {
  if (!URL.canParse(url)) return url;
  const { host, pathname, search } = new URL(normalizeUrl(url));
  return `${host}${pathname.replace(/\/+$/, '')}${search}`;
}
