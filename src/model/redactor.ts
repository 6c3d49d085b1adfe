import { decodedLevels } from './decode.ts';
import { Needles } from './needles.ts';

/** Shorter parts of a secret are too likely to be ordinary words. */
const SHORTEST_PART = 4;
/** This many consecutive characters of a secret are recognized in messages of others, which may cut it short. */
const MESSAGE_GRAM = 8;
/** In our own messages and in data, where a service may be named with a word of its key, or a site with a user name. */
const DATA_GRAM = 16;

/** No word of any language is this long; names have underscores between their words. */
const OPAQUE = /[A-Za-z0-9+=]{32,}/g;
const isRandom = (run: string): boolean => /\d/.test(run) && /[A-Za-z]/.test(run);

/** The shortest secret that is redacted. */
const SHORTEST = 4;

const STARS = '***';

/** An access token of an org, with its `!` in any spelling. */
const SPELLED_TOKEN = /00D[a-zA-Z0-9]{12,15}(?:!|%(?:25)*21|\\+u0021|&(?:amp;)*(?:#33|#x21|excl);)[\w.*-]*/gi;

/**
 * Redacts secrets in text: by value, in any nesting of JSON, XML, and URL escapes, in base64, base64url, and hex, whole
 * or cut short; and anything that has the form of an org's access token.
 */
export class Redactor {
  private readonly inMessages = new Needles(MESSAGE_GRAM);
  private readonly inData = new Needles(DATA_GRAM);

  /**
   * Redacts `secret` from now on. Its parts are secrets too: each half of `APPID|SECRET` and `user:password`, the part
   * of an access token after the org's id, each line of a PEM key, and the keys of a JSON key file.
   */
  public remember(secret: string): void {
    for (const part of partsOf(secret.trim())) {
      for (const spelling of spellingsOf(part)) {
        // Shorter spellings are part of ordinary words.
        if (spelling.length >= SHORTEST) this.inMessages.add(spelling);
        if (spelling.length >= DATA_GRAM) this.inData.add(spelling);
      }
    }
  }

  /**
   * A message of another program, with every part of a secret replaced by `***`. What looks random is cut to its
   * beginning, because it may be a secret in an unknown spelling.
   */
  public redactMessage(text: string): string {
    return redactWith(this.inMessages, text).replace(OPAQUE, (run) => (isRandom(run) ? `${run.slice(0, 4)}…` : run));
  }

  /** `text` with every secret that isn't an ordinary word replaced by `***`. */
  public redact(text: string): string {
    return redactWith(this.inData, text);
  }

  /** A JSON value with all texts and keys redacted; numbers are unchanged. */
  public redactJson<T>(value: T): T {
    return mapTexts(value, (text) => this.redact(text)) as T;
  }

  /** A JSON value; texts under one of `names` are redacted as messages. */
  public redactMessages<T>(value: T, names: ReadonlySet<string>): T {
    return mapTexts(value, (text, name) => (names.has(name) ? this.redactMessage(text) : text)) as T;
  }
}

function mapTexts(value: unknown, map: (text: string, name: string) => string, name = ''): unknown {
  if (typeof value === 'string') return map(value, name);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, map, name));
  const members = Object.entries(value).map(([key, item]) => [map(key, ''), mapTexts(item, map, key)]);
  return Object.fromEntries(members) as unknown;
}

function redactWith(needles: Needles, text: string): string {
  const found: [number, number][] = [];
  for (const level of decodedLevels(text)) needles.find(level, found);
  if (found.length === 0) return text;
  let [redacted, end] = ['', -1];
  for (const [from, to] of found.sort(([a], [b]) => a - b)) {
    if (from > end) redacted += text.slice(Math.max(end, 0), from) + STARS;
    end = Math.max(end, to);
  }
  return redacted + text.slice(end);
}

/**
 * The secrets of this process, of the org and of services. Everything that leaves the process is redacted with them.
 */
export const secrets = new Redactor();

/** Whether a text contains something in the form of an access token. */
export const holdsToken = (text: string): boolean => text.includes('00D') && withoutTokens(text) !== text;

/** JSON text without access tokens. Numbers, and everything outside of strings, are unchanged. */
export function withoutTokens(json: string): string {
  return json.includes('00D') ? json.replace(SPELLED_TOKEN, STARS) : json;
}

/** The parts of a secret that are secret themselves. */
function partsOf(secret: string): string[] {
  const token = /^00D\w{12,15}!(.+)$/.exec(secret)?.[1];
  if (token !== undefined) return [token];
  const keys = keysIn(secret);
  if (keys) return keys.flatMap(partsOf);
  const lines = secret.split(/[\r\n]+/).map((line) => line.trim());
  if (lines.length > 1) return lines.filter((line) => line.length >= SHORTEST_PART && !line.startsWith('-----'));
  const halves = secret.includes('://') ? [] : secret.split(/[|:]/);
  return [secret, ...halves.filter((part) => part.length >= SHORTEST_PART)].filter((part) => part !== '');
}

/** The keys in a JSON object, such as the key file of a service account; `null` if it isn't an object. */
function keysIn(secret: string): string[] | null {
  if (!secret.startsWith('{')) return null;
  try {
    const members = Object.entries(JSON.parse(secret) as object);
    return members.flatMap(([name, value]) =>
      typeof value === 'string' && /key|secret|token|password/i.test(name) ? [value] : [],
    );
  } catch {
    return null;
  }
}

/** A text and its encodings, also as part of a longer text. */
function spellingsOf(text: string): string[] {
  const bytes = new TextEncoder().encode(text);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const encoded = [toBase64(bytes), ...[0, 1, 2].map((offset) => innerBase64(bytes, offset))];
  const codes = [hex, hex.toUpperCase(), ...encoded, ...encoded.map(toBase64Url)];
  return [text, ...codes.filter((code) => code.length >= MESSAGE_GRAM)];
}

const toBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

const toBase64Url = (text: string): string => text.replaceAll('+', '-').replaceAll('/', '_');

/** The base64 of bytes after `offset` other bytes, without the characters that depend on their neighbors. */
function innerBase64(bytes: Uint8Array, offset: number): string {
  const all = toBase64(Uint8Array.of(...Array.from({ length: offset }, () => 0), ...bytes));
  return all.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
}
