/** A percent sign that doesn't begin a percent-encoded byte; `%zz` means the same as `%25zz`. */
const STRAY_PERCENT = /%(?![0-9a-f]{2})/gi;
/** A percent-encoded byte (RFC 3986, section 2.1). */
const ENCODED = /%[0-9a-f]{2}/gi;
/** Characters that mean the same whether encoded or not (RFC 3986, section 2.3). */
const UNRESERVED = /^[\w.~-]$/;
/** ASCII characters that are invalid in a URI but that the URL parser keeps in some places. */
const NOT_IN_URIS = /[\s"<>\\^`{|}]/g;

/**
 * The normal form of a URL (RFC 3986, section 6.2.2, and the default port of section 6.2.3): scheme and host in lower
 * case, an international host name in ASCII, percent-encoding in upper case and only where needed, no dot segments, and
 * no empty path. A text that isn't an http or https URL is returned unchanged.
 */
export function normalizeUrl(url: string): string {
  if (!/^https?:/i.test(url) || !url.isWellFormed() || !URL.canParse(url)) return url;
  return new URL(url).href
    .replace(STRAY_PERCENT, '%25')
    .replace(ENCODED, decodeUnreserved)
    .replace(NOT_IN_URIS, encodeURIComponent);
}

/** Whether two URLs are equivalent, that is, have the same {@link normalizeUrl normal form}. */
export function areUrlsEqual(one: string, other: string): boolean {
  return one === other || normalizeUrl(one) === normalizeUrl(other);
}

function decodeUnreserved(encoded: string): string {
  const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
  return UNRESERVED.test(character) ? character : encoded.toUpperCase();
}
