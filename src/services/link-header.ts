import { ServiceError } from './service.ts';

/**
 * The address of the next page that a `Link` header names (RFC 8288), seen from the `address` that was asked; `undefined`
 * where it names none. One of another origin throws a {@link ServiceError}, as whoever answers must not choose where a secret goes.
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
