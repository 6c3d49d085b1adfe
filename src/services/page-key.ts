import { normalizeUrl } from '../model/url-equality.ts';

/**
 * How a URL and a row of a report match. `path`: same host and path, percent-decoded once, with or without a trailing
 * slash; query and fragment are ignored. `pathAndQuery`: same query too. `exact`: equivalent URLs, except for the
 * fragment.
 */
export const MATCHES = ['path', 'pathAndQuery', 'exact'] as const;
export type Match = (typeof MATCHES)[number];

/** How rows of a report identify a page: by URL, by host name and path without scheme and port, or by path. */
export type RowAddress = 'url' | 'hostname' | 'path';

/**
 * A URL that is its own normal form, as most are: host and path in plain ASCII, without port, query, percent-encoding,
 * and dot segments. Parsing it takes ten times as long as matching.
 */
const PLAIN_URL = /^https?:\/\/((?:[a-z0-9-]+\.)+[a-z]{2,})((?:\/[\w~-][\w~.-]*)*)\/?$/;

/** Stands for the host of rows without one, and of URLs on the report's hosts. */
const NO_HOST = 'http://report.invalid';

/** The key of a row's page. `undefined` if the row's address isn't a page: `(other)`, `(not set)`. */
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

/** The key of a record's URL, equal to that of its row. */
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

/** The result of {@link keyOf} for a {@link PLAIN_URL}; `undefined` for other URLs, and if the scheme matters. */
function keyOfPlain(url: string, match: Match): string | undefined {
  if (match === 'exact') return undefined;
  const [, host, path = ''] = PLAIN_URL.exec(url) ?? [];
  // Punycode may be invalid.
  if (host === undefined || host.includes('xn--')) return undefined;
  return match === 'path' ? `${host}${path}` : `${host}${path}\n`;
}

/** Percent-decodes a path once. Returns it unchanged if the result isn't UTF-8. */
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
