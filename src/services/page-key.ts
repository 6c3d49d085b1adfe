import { normalizeUrl } from '../model/url-equality.ts';

/**
 * How a URL and a row of a report meet. `path`: same host, same path percent-decoded once, with or without a last slash;
 * query and fragment are dropped. `pathAndQuery`: the same query too. `exact`: equivalent as URLs, but for the fragment.
 */
export const MATCHES = ['path', 'pathAndQuery', 'exact'] as const;
export type Match = (typeof MATCHES)[number];

/** What the rows of a report name a page by: its URL, its host name and path without a scheme or port, or its path alone. */
export type RowAddress = 'url' | 'hostname' | 'path';

/**
 * A URL that is its own normal form, which most are: host and path in plain ASCII, without a port, query, percent-encoding or
 * dot segments. To parse it takes ten times as long.
 */
const PLAIN_URL = /^https?:\/\/((?:[a-z0-9-]+\.)+[a-z]{2,})((?:\/[\w~-][\w~.-]*)*)\/?$/;

/** Where the rows have no host, all of them are taken to be of this one, and so are the URLs of the report's hosts. */
const NO_HOST = 'http://report.invalid';

/** What stands for the page a row is about. `undefined` where the row's address is none: `(other)`, `(not set)`. */
export function keyOfRow(address: string, addresses: RowAddress, match: Match): string | undefined {
  switch (addresses) {
    case 'url':
      return /^https?:\/\//i.test(address) ? keyOf(address, match) : undefined;
    case 'hostname':
      return /^[^/?#]+\//.test(address) ? keyOf(`http://${address}`, match) : undefined;
    case 'path':
      return address.startsWith('/') ? keyOf(`${NO_HOST}${address}`, match) : undefined;
  }
}

/** The same of a record's URL, so that the two meet. */
export function keyOfUrl(url: string, addresses: RowAddress, match: Match): string | undefined {
  const plain = addresses === 'path' ? undefined : keyOfPlain(url, match);
  if (plain !== undefined) return plain;
  if (!URL.canParse(url)) return undefined;
  const { host, pathname, search } = new URL(url);
  if (addresses === 'url') return keyOf(url, match);
  return keyOf(`${addresses === 'path' ? NO_HOST : `http://${host}`}${pathname}${search}`, match);
}

function keyOf(url: string, match: Match): string | undefined {
  const plain = keyOfPlain(url, match);
  if (plain !== undefined) return plain;
  if (!URL.canParse(url)) return undefined;
  const normalized = normalizeUrl(url).replace(/#.*$/s, '');
  if (match === 'exact') return normalized;
  const { host, pathname, search } = new URL(normalized);
  const page = `${host}${decodeOnce(pathname).replace(/\/$/, '')}`;
  // A question mark in a decoded path is part of the path.
  return match === 'path' ? page : `${page}\n${search}`;
}

/** What {@link keyOf} gives for a {@link PLAIN_URL}; `undefined` where the URL is none, or has to be the same in all. */
function keyOfPlain(url: string, match: Match): string | undefined {
  if (match === 'exact') return undefined;
  const [, host, path = ''] = PLAIN_URL.exec(url) ?? [];
  // Punycode may be wrong.
  if (host === undefined || host.includes('xn--')) return undefined;
  return match === 'path' ? `${host}${path}` : `${host}${path}\n`;
}

/** A path percent-decoded once. What is not UTF-8 when decoded stays as it is. */
function decodeOnce(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path.replace(/(%[0-9a-f]{2})+/gi, (encoded) => {
      try {
        return decodeURIComponent(encoded);
      } catch {
        return encoded;
      }
    });
  }
}
