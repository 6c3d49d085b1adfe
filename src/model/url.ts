import ipaddr from 'ipaddr.js';
import { holdsToken } from './redactor.ts';

/** Top-level names that only mean something inside a network (RFC 2606, 6761, 6762, 8375, and what offices made up). */
const PRIVATE_SUFFIXES =
  /(^|\.)(localhost|local|localdomain|internal|intranet|private|corp|home|lan|home\.arpa|test|invalid)$/;

/** A scheme that URLs without one are taken to have. */
export type AssumedScheme = 'https' | 'http';

/** What the settings say of the URLs of records. */
export type UrlRules = {
  /** Whether hosts that are not public are asked about. */
  readonly allowPrivate: boolean;
  /** The scheme of a URL that has none; `null` where such a text is no URL. */
  readonly assumeScheme: AssumedScheme | null;
};

/** The URL a text stands for, and why it is never sent to a count service, in a few words; `undefined` where it may be. */
export type ArticleUrl = { readonly url: string; readonly problem: string | undefined };

/** Reads the text of a URL field, or a line of a file. What is checked is what is sent. */
export function readUrl(text: string, rules: UrlRules): ArticleUrl {
  const url = toUrl(text, rules.assumeScheme);
  return { url, problem: urlProblem(url, rules) };
}

/** Whether `url`, as {@link readUrl} gave it with whatever rules, is the one `text` stands for. */
export function holdsUrl(text: string, url: string): boolean {
  return text === url || toUrl(text, /^http:/i.test(url) ? 'http' : 'https') === url;
}

/** How a formula with HYPERLINK() gives its address. */
const LINK = /^<a\s(?:[^>]*\s)?href\s*=\s*(?:"([^"]*)"|'([^']*)')/i;
/** A host name with a dot, with or without `//` before it: what people type for a URL. */
const SCHEMELESS = /^(?:\/\/)?[^\s/?#@:<>"]+\.[^\s/?#@:<>"]+(?::\d+)?(?:[/?#]|$)/;

/** The URL in a text: without white space around it, out of a link, with the scheme that is assumed. Otherwise as it is. */
function toUrl(text: string, assumeScheme: AssumedScheme | null): string {
  const trimmed = text.trim();
  const [link, quoted, other = ''] = trimmed.startsWith('<') ? (LINK.exec(trimmed) ?? []) : [];
  const url = link === undefined ? trimmed : decodeEntities(quoted ?? other).trim();
  return assumeScheme !== null && SCHEMELESS.test(url) ? `${assumeScheme}://${url.replace(/^\/\//, '')}` : url;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The value of an HTML attribute. What stands for no character stays as it is. */
function decodeEntities(text: string): string {
  return text.replace(/&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([\da-f]{1,6}));/gi, (reference, name, decimal, hex) => {
    if (typeof name === 'string') return ENTITIES[name.toLowerCase()] ?? String(reference);
    const code = typeof decimal === 'string' ? Number(decimal) : parseInt(String(hex), 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : String(reference);
  });
}

/** White space around it was taken away; what is left would end a line somewhere, or is dropped by whoever reads it. */
const CONTROL = /[\p{Cc}\u2028\u2029]/u;

/** Two URLs in one field. In a query, a comma and a URL after it may belong to the first. */
const MORE_THAN_ONE = /\shttps?:\/\/|^[^?#]*[,;|]https?:\/\//i;

/** Two slashes and a host that every reader ends at the same place: the URL parser takes `\` for `/`, and does without. */
const PLAIN_AUTHORITY = /^https?:\/\/[^/?#\\]+(?:[/?#]|$)/i;

function urlProblem(url: string, { allowPrivate }: UrlRules): string | undefined {
  if (url === '') return 'no URL';
  if (CONTROL.test(url)) return 'not a valid URL: control characters inside';
  if (SCHEMELESS.test(url)) return 'not a URL: no http:// or https:// in front (see "assumeScheme" in the settings)';
  if (!/^[a-z][a-z0-9+.-]*:/i.test(url)) return 'not a URL: no http:// or https:// in front';
  if (!url.isWellFormed() || !URL.canParse(url)) return 'not a valid URL';
  const { protocol, hostname, username, password } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') return `not an http or https URL, but ${protocol}`;
  if (!PLAIN_AUTHORITY.test(url)) return 'not a valid URL';
  if (MORE_THAN_ONE.test(url)) return 'not a valid URL: more than one inside';
  if (username !== '' || password !== '') return 'holds a user name or password';
  if (holdsToken(url)) return 'holds an access token';
  return allowPrivate || isPublicHost(hostname) ? undefined : `not public: ${hostname}`;
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
