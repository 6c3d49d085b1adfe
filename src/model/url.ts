import ipaddr from 'ipaddr.js';

/** Top-level names that only mean something inside a network (RFC 2606, 6761, 6762, 8375, and what offices made up). */
const PRIVATE_SUFFIXES =
  /(^|\.)(localhost|local|localdomain|internal|intranet|private|corp|home|lan|home\.arpa|test|invalid)$/;

/**
 * Why a record's URL is never sent to a count service, in a few words; `undefined` where it may be. `allowPrivate` lifts
 * only what is said of hosts that are not public. The URL is read for this, never rewritten.
 */
export function urlProblem(url: string, options: { readonly allowPrivate: boolean }): string | undefined {
  if (url.trim() === '') return 'no URL';
  if (!/^\s*[a-z][a-z0-9+.-]*:/i.test(url)) return 'not a URL: no http:// or https:// in front';
  if (!url.isWellFormed() || !URL.canParse(url)) return 'not a valid URL';
  const { protocol, hostname, username, password } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') return `not an http or https URL, but ${protocol}`;
  if (username !== '' || password !== '') return 'holds a user name or password';
  return options.allowPrivate || isPublicHost(hostname) ? undefined : `not public: ${hostname}`;
}

/** Whether a host name, as the URL parser normalises it (`0x7f.1` is `127.0.0.1` by then), is one of this machine. */
export function isLoopbackHost(hostname: string): boolean {
  const address = toAddress(hostname);
  return address ? address.range() === 'loopback' : /(^|\.)localhost\.?$/.test(hostname);
}

function isPublicHost(hostname: string): boolean {
  const address = toAddress(hostname);
  if (address) return address.range() === 'unicast' && !isCompatibleIPv4(address);
  const name = hostname.replace(/\.$/, '');
  return name.includes('.') && !PRIVATE_SUFFIXES.test(name);
}

/** How the URL parser spells addresses: IPv4 in digits and dots, IPv6 in brackets. */
const ADDRESS = /^(\[|[\d.]+$)/;

/** The IP address a host name spells, an IPv4 address mapped into IPv6 as the IPv4 one; `undefined` for a name. */
function toAddress(hostname: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  // To find out that a name is no address takes the library longer than all else that is done to a record.
  if (!ADDRESS.test(hostname)) return undefined;
  const literal = hostname.replace(/^\[(.*)\]$/, '$1');
  return ipaddr.isValid(literal) ? ipaddr.process(literal) : undefined;
}

/** `::10.0.0.1`, long out of use but still routed to the IPv4 address by some (RFC 4291, section 2.5.5.1). */
function isCompatibleIPv4(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return address instanceof ipaddr.IPv6 && address.parts.slice(0, 6).every((part) => part === 0);
}
