import { ServiceError } from './service.ts';

/**
 * The address of the next page in a `Link` header (RFC 8288), relative to the requested `address`; `undefined` if there
 * is none. Throws a {@link ServiceError} for another origin, because a reply must not choose where a secret goes.
 */
export function nextLink(header: string | undefined, address: string): string | undefined {
  const links = [...(header ?? '').matchAll(/<([^>]*)>([^<]*)/g)];
  const next = links.find(([, , parameters = '']) =>
    /;\s*rel\s*=\s*("([^"]*\s)?next(\s[^"]*)?"|next\b)/i.test(parameters),
  );
  if (!next?.[1]) return undefined;
  if (!URL.canParse(next[1], address)) throw new ServiceError('stop', 'the next page has no address');
  const { href, origin } = new URL(next[1], address);
  if (origin !== new URL(address).origin) throw new ServiceError('stop', 'the next page is at another host');
  return href;
}
