import { normalizeUrl } from '../model/url-equality.ts';

/**
 * Whether two URLs are the same article, for services that return similar URLs to choose from: equal except for http or
 * https, a slash at the end of the path, and the fragment. Any other difference, including `www.` and the query, makes
 * another article.
 */
export function isSameArticle(one: unknown, other: string): boolean {
  return typeof one === 'string' && canonical(one) === canonical(other);
}

function canonical(url: string): string {
  if (!URL.canParse(url)) return url;
  const { host, pathname, search } = new URL(normalizeUrl(url));
  return `${host}${pathname.replace(/\/+$/, '')}${search}`;
}
