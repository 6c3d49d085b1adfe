import { decodedLevels } from './decode.ts';
import { Needles } from './needles.ts';

/** Parts of a secret shorter than this are too likely to be ordinary words. */
const SHORTEST_PART = 4;
/** So many characters of a secret in a row are recognised in what others say: it may be cut short at either end. */
const MESSAGE_GRAM = 8;
/** In our own words and in data, where a service may be called by a word of its key, and a site by the name of a user. */
const DATA_GRAM = 16;

/** So long a run of letters and digits is no word of any language; names have underscores between their words. */
const OPAQUE = /[A-Za-z0-9+=]{32,}/g;
const isRandom = (run: string): boolean => /\d/.test(run) && /[A-Za-z]/.test(run);

/** Characters of the shortest secret that is looked for. */
const SHORTEST = 4;

/** What stands for a secret. */
const STARS = '***';

/** An access token of an org, whose sign may be spelled in any way. */
const SPELLED_TOKEN = /00D[a-zA-Z0-9]{12,15}(?:!|%(?:25)*21|\\+u0021|&(?:amp;)*(?:#33|#x21|excl);)[\w.*-]*/gi;

/**
 * Takes secrets out of text: by value, in any spelling of JSON, XML and URLs (several on top of one another), in base64,
 * base64url and hex, whole or cut short; and whatever has the form of an org's access token.
 */
export class Redactor {
  private readonly inMessages = new Needles(MESSAGE_GRAM);
  private readonly inData = new Needles(DATA_GRAM);

  /**
   * Redacts `secret` from now on. Of `APPID|SECRET` and `user:password` each half is one too, of an access token what
   * follows the org's id, of a PEM key each line, and of a JSON key file the members that hold keys.
   */
  public remember(secret: string): void {
    for (const part of partsOf(secret.trim())) {
      for (const spelling of spellingsOf(part)) {
        // What is shorter cannot be told from a part of any word.
        if (spelling.length >= SHORTEST) this.inMessages.add(spelling);
        if (spelling.length >= DATA_GRAM) this.inData.add(spelling);
      }
    }
  }

  /**
   * What another program said, with every part of a secret in it replaced by `***`. Of what may be a secret in a spelling
   * nobody thought of, only the beginning is left.
   */
  public redactMessage(text: string): string {
    return redactWith(this.inMessages, text).replace(OPAQUE, (run) => (isRandom(run) ? `${run.slice(0, 4)}…` : run));
  }

  /** `text` with every secret in it, if it is no ordinary word, replaced by `***`. */
  public redact(text: string): string {
    return redactWith(this.inData, text);
  }

  /** `value`, made of JSON, with all its texts and names redacted; numbers stay as they are. */
  public redactJson<T>(value: T): T {
    return mapTexts(value, (text) => this.redact(text)) as T;
  }

  /** `value`, made of JSON, with those of its texts redacted as messages that stand under one of the `names`. */
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

/** The secrets of this process: of the org and of the services. Whatever leaves the process goes through here. */
export const secrets = new Redactor();

/** Whether a text holds what has the form of an access token. */
export const holdsToken = (text: string): boolean => text.includes('00D') && withoutTokens(text) !== text;

/** JSON text without what has the form of an access token. Numbers, and all that is not in a string, stay as they are. */
export function withoutTokens(json: string): string {
  return json.includes('00D') ? json.replace(SPELLED_TOKEN, STARS) : json;
}

/** What is to be kept secret of a value. */
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

/** The members of a JSON object that hold keys, as a key file of a service account has them; `null` where it is no object. */
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

/** A text, and what encodings make of it and of a longer text it stands in. */
function spellingsOf(text: string): string[] {
  const bytes = new TextEncoder().encode(text);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const encoded = [toBase64(bytes), ...[0, 1, 2].map((offset) => innerBase64(bytes, offset))];
  const codes = [hex, hex.toUpperCase(), ...encoded, ...encoded.map(toBase64Url)];
  return [text, ...codes.filter((code) => code.length >= MESSAGE_GRAM)];
}

const toBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

const toBase64Url = (text: string): string => text.replaceAll('+', '-').replaceAll('/', '_');

/** What base64 makes of bytes that `offset` others stand before, as far as it does not depend on their neighbours. */
function innerBase64(bytes: Uint8Array, offset: number): string {
  const all = toBase64(Uint8Array.of(...Array.from({ length: offset }, () => 0), ...bytes));
  return all.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
}
