/**
 * A text with its escapes decoded. Its character `i` comes from the original's characters `place(i)` to `place(i + 1)`.
 */
export type Decoded = { readonly text: string; readonly place: (index: number) => number };

/** `\u0021`, `\x21`, `\/`; `%21`, and several in a row; `&#33;`, `&#x21;`, `&excl;`. */
const ESCAPE =
  /\\(?:u([\da-f]{4})|x([\da-f]{2})|([^]))|((?:%[\da-f]{2})+)|&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{2,8}));/gi;

/** The named characters of HTML: ASCII other than letters and digits, then U+00A0 to U+00FF in order. */
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ...Object.entries({
    ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", excl: '!', num: '#', dollar: '$', percnt: '%', lpar: '(' },
    ...{ rpar: ')', ast: '*', plus: '+', comma: ',', period: '.', sol: '/', colon: ':', semi: ';', equals: '=' },
    ...{ quest: '?', commat: '@', lsqb: '[', lbrack: '[', bsol: '\\', rsqb: ']', rbrack: ']', Hat: '^', lowbar: '_' },
    ...{ grave: '`', lcub: '{', lbrace: '{', verbar: '|', vert: '|', VerLine: '|', rcub: '}', rbrace: '}' },
    ...{ Tab: '\t', NewLine: '\n', hyphen: '-', dash: '-' },
  }),
  ...(
    'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro ' +
    'para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil ' +
    'Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave ' +
    'Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml ' +
    'igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute ' +
    'thorn yuml'
  )
    .split(' ')
    .map((name, index): [string, string] => [name, String.fromCharCode(0xa0 + index)]),
]);

const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** The deepest nesting expected: JSON in XML in JSON, with percent-encoding twice. */
const MOST_LEVELS = 5;

/** Yields `text` itself, then with the escapes of JSON, XML, and URLs decoded once, twice, and so on. */
export function* decodedLevels(text: string): Generator<Decoded, void, undefined> {
  let level: Decoded | null = { text, place: (index) => index };
  for (let depth = 0; level && depth <= MOST_LEVELS; depth += 1) {
    yield level;
    level = decodeOnce(level);
  }
}

/** Decodes the escapes of one level; `null` if there are none. */
function decodeOnce({ text, place }: Decoded): Decoded | null {
  if (!/[\\%&]/.test(text)) return null;
  const places: number[] = [];
  let [decoded, copied] = ['', 0];
  const add = (characters: string, from: number): void => {
    decoded += characters;
    for (let unit = 0; unit < characters.length; unit += 1) places.push(place(from));
  };
  for (const match of text.matchAll(ESCAPE)) {
    const characters = charactersOf(match);
    if (characters === null) continue;
    for (; copied < match.index; copied += 1) add(text[copied]!, copied);
    for (const [character, offset] of characters) add(character, match.index + offset);
    copied = match.index + match[0].length;
  }
  if (copied === 0) return null;
  for (; copied < text.length; copied += 1) add(text[copied]!, copied);
  places.push(place(text.length));
  return { text: decoded, place: (index) => places[index]! };
}

/** The characters of an escape, each with its offset in the escape; `null` if it is invalid. */
function charactersOf(match: RegExpExecArray): (readonly [string, number])[] | null {
  const [, unit, byte, other, percents, decimal, hexadecimal, name] = match;
  if (percents !== undefined) return fromPercents(percents);
  const hex = unit ?? byte ?? hexadecimal;
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  if (!Number.isNaN(code)) return code <= 0x10ffff ? [[String.fromCodePoint(code), 0]] : null;
  if (other !== undefined) return [[CONTROLS[other] ?? other, 0]];
  const character = ENTITIES.get(name ?? '');
  return character === undefined ? null : [[character, 0]];
}

/** The characters of `%C3%A9…`: UTF-8 if valid, otherwise one character for each byte. */
function fromPercents(text: string): [string, number][] {
  const characters: [string, number][] = [];
  for (let at = 0; at < text.length;) {
    const first = Number.parseInt(text.slice(at + 1, at + 3), 16);
    const bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
    const whole = fromUtf8(text.slice(at, at + 3 * bytes));
    characters.push([whole ?? String.fromCharCode(first), at]);
    at += whole === null ? 3 : 3 * bytes;
  }
  return characters;
}

function fromUtf8(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
