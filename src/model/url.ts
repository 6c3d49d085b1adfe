import ipaddr from 'ipaddr.js';
import { holdsToken } from './redactor.ts';

/** Top-level names that are only valid inside a network (RFC 2606, 6761, 6762, 8375, and common private ones). */
const PRIVATE_SUFFIXES =
  /(^|\.)(localhost|local|localdomain|internal|intranet|private|corp|home|lan|home\.arpa|test|invalid)$/;

/** The scheme assumed for URLs without one. */
export type AssumedScheme = 'https' | 'http';

/** The settings for the URLs of records. */
export type UrlRules = {
  /** Whether URLs on private hosts are sent to services. */
  readonly allowPrivate: boolean;
  /** The scheme for URLs without one; with `null` these are invalid. */
  readonly assumeScheme: AssumedScheme | null;
};

/** The URL in a text, and the reason if it must not be sent to a count service. */
export type ArticleUrl = { readonly url: string; readonly problem: string | undefined };

/** Reads the text of a URL field, or a line of a file. What is validated is what is sent. */
export function readUrl(text: string, rules: UrlRules): ArticleUrl {
  const url = toUrl(text, rules.assumeScheme);
  return { url, problem: urlProblem(url, rules) };
}

/** Whether `url`, which {@link readUrl} returned with any rules, is the URL in `text`. */
export function holdsUrl(text: string, url: string): boolean {
  return text === url || toUrl(text, /^http:/i.test(url) ? 'http' : 'https') === url;
}

/** How a formula with HYPERLINK() returns its address. */
const LINK = /^<a\s(?:[^>]*\s)?href\s*=\s*(?:"([^"]*)"|'([^']*)')/i;
/** A host name with a dot, with or without `//` before it, as people type URLs. */
const SCHEMELESS = /^(?:\/\/)?[^\s/?#@:<>"]+\.[^\s/?#@:<>"]+(?::\d+)?(?:[/?#]|$)/;

/** The URL in a text: trimmed, taken out of a link, and with the assumed scheme. Any other text is only trimmed. */
function toUrl(text: string, assumeScheme: AssumedScheme | null): string {
  const trimmed = text.trim();
  const [link, quoted, other = ''] = trimmed.startsWith('<') ? (LINK.exec(trimmed) ?? []) : [];
  const url = link === undefined ? trimmed : decodeEntities(quoted ?? other).trim();
  return assumeScheme !== null && SCHEMELESS.test(url) ? `${assumeScheme}://${url.replace(/^\/\//, '')}` : url;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Decodes the value of an HTML attribute. Invalid references stay as they are. */
function decodeEntities(text: string): string {
  return text.replace(/&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([\da-f]{1,6}));/gi, (reference, name, decimal, hex) => {
    if (typeof name === 'string') return ENTITIES[name.toLowerCase()] ?? String(reference);
    const code = typeof decimal === 'string' ? Number(decimal) : parseInt(String(hex), 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : String(reference);
  });
}

/** White space around the URL was trimmed. Inside, controls would break a line, or be dropped by some readers. */
const CONTROL = /[\p{Cc}\u2028\u2029]/u;

/** Several URLs in one field. In a query, a comma and a URL after it may belong to the first one. */
const MORE_THAN_ONE = /\shttps?:\/\/|^[^?#]*[,;|]https?:\/\//i;

/** Two slashes, and a host whose end all readers agree on: the URL parser accepts `\` for `/`, and missing slashes. */
const PLAIN_AUTHORITY = /^https?:\/\/[^/?#\\]+(?:[/?#]|$)/i;

function urlProblem(url: string, { allowPrivate }: UrlRules): string | undefined {
  if (url === '') return 'no URL';
  if (CONTROL.test(url)) return 'not a valid URL: control characters inside';
  if (SCHEMELESS.test(url)) return 'not a URL: no http:// or https:// in front (see "assumeScheme" in the settings)';
  if (!/^[a-z][a-z0-9+.-]*:/i.test(url)) return 'not a URL: no http:// or https:// in front';
  const parsed = url.isWellFormed() ? URL.parse(url) : null;
  if (!parsed) return 'not a valid URL';
  const { protocol, hostname, username, password } = parsed;
  if (protocol !== 'http:' && protocol !== 'https:') return `not an http or https URL, but ${protocol}`;
  if (!PLAIN_AUTHORITY.test(url)) return 'not a valid URL';
  if (MORE_THAN_ONE.test(url)) return 'not a valid URL: more than one inside';
  if (username !== '' || password !== '') return 'holds a user name or password';
  if (holdsToken(url)) return 'holds an access token';
  return allowPrivate || isPublicHost(hostname) ? undefined : `not public: ${hostname}`;
}

/** Whether a host name, as normalized by the URL parser (`0x7f.1` becomes `127.0.0.1`), is one of this machine. */
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

/** The IP address of a host name; an IPv4-mapped IPv6 address becomes IPv4. `undefined` for a name. */
function toAddress(hostname: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  // The library takes longer to reject a name than everything else that is done with a record.
  if (!ADDRESS.test(hostname)) return undefined;
  const literal = hostname.replace(/^\[(.*)\]$/, '$1');
  return ipaddr.isValid(literal) ? ipaddr.process(literal) : undefined;
}

/** `::10.0.0.1`, deprecated but still routed to the IPv4 address by some (RFC 4291, section 2.5.5.1). */
function isCompatibleIPv4(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return address instanceof ipaddr.IPv6 && address.parts.slice(0, 6).every((part) => part === 0);
}
