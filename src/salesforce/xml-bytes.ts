export const [AMPERSAND, SLASH, LESS] = [0x26, 0x2f, 0x3c];
const [GREATER, COLON, EQUALS, BANG, QUESTION] = [0x3e, 0x3a, 0x3d, 0x21, 0x3f];
const [QUOTE, APOSTROPHE, MINUS] = [0x22, 0x27, 0x2d];

/** Room for the part of the document that is looked at. */
const FIRST_BYTES = 1 << 17;
/** A tag with a namespace or two is far shorter. */
const MAX_TAG_BYTES = 1 << 16;

/** Markup that is no element. */
type Other = { readonly open: string; readonly close: string };
const INSTRUCTION: Other = { open: '<?', close: '?>' };
const COMMENT: Other = { open: '<!--', close: '-->' };
export const SECTION: Other = { open: '<![CDATA[', close: ']]>' };

const NIL = /[\s:]nil\s*=\s*["'](?:true|1)["']/;

/**
 * A part of an XML document in UTF-8, to be read byte by byte: making text of all of it would take longer than reading it.
 * Where something does not end within the part, its end is -1. What is not well-formed is a SyntaxError.
 */
export class XmlBytes {
  public bytes = Buffer.allocUnsafe(FIRST_BYTES);
  /** Where the bytes end that are there. */
  public end = 0;
  /** Up to where the end of the markup that is incomplete was looked for. */
  private searched = 0;

  /** Lets go of what stands before `at` and takes the next bytes of the document in. */
  public push(part: Uint8Array, at: number): void {
    const rest = this.end - at;
    const needed = rest + part.length;
    const room = needed > this.bytes.length ? Buffer.allocUnsafe(2 * needed) : this.bytes;
    if (at > 0 || room !== this.bytes) this.bytes.copy(room, 0, at, this.end);
    room.set(part, rest);
    [this.bytes, this.end] = [room, needed];
    this.searched -= at;
  }

  public text(from: number, to: number): string {
    return this.bytes.toString('utf8', from, to);
  }

  /** Where the white space that begins here ends. */
  public skipSpace(from: number): number {
    let at = from;
    while (at < this.end && isSpace(this.bytes[at]!)) at += 1;
    return at;
  }

  /** Whether the markup that begins here is no tag. */
  public isOther(at: number): boolean {
    return this.bytes[at + 1] === BANG || this.bytes[at + 1] === QUESTION;
  }

  public isSection(at: number): boolean {
    return this.bytes[at + 1] === BANG && this.bytes[at + 2] !== MINUS;
  }

  /** Where a comment, an instruction or a section ends. The search goes on where it stopped before more bytes came. */
  public otherEnd(at: number): number {
    const { bytes, end } = this;
    const { open, close } = bytes[at + 1] === QUESTION ? INSTRUCTION : bytes[at + 2] === MINUS ? COMMENT : SECTION;
    if (at + open.length > end) return -1;
    if (this.text(at, at + open.length) !== open) throw new SyntaxError('markup that has no place here');
    const from = Math.max(at + open.length, this.searched - close.length);
    const found = bytes.subarray(0, end).indexOf(close, from);
    if (found >= 0) return found + close.length;
    this.searched = end;
    return -1;
  }

  /** Where the tag that begins here ends. In the value of an attribute there may be a `>`. */
  public tagEnd(from: number): number {
    const { bytes } = this;
    const end = Math.min(this.end, from + MAX_TAG_BYTES);
    let quote = 0;
    for (let at = from + 1; at < end; at += 1) {
      const byte = bytes[at]!;
      if (quote !== 0) {
        if (byte === quote) quote = 0;
      } else if (byte === GREATER) {
        return at + 1;
      } else if (byte === QUOTE || byte === APOSTROPHE) {
        quote = byte;
      } else if (byte === LESS) {
        throw new SyntaxError('"<" in a tag');
      }
    }
    if (end < this.end) throw new SyntaxError(`more than ${MAX_TAG_BYTES} bytes in a tag`);
    return -1;
  }

  /** Whether the tag that ends here stands for an element without content. */
  public isEmptyTag(tagEnd: number): boolean {
    return this.bytes[tagEnd - 2] === SLASH;
  }

  /** Where a name in a whole tag ends. */
  public nameEnd(from: number): number {
    const { bytes } = this;
    let at = from;
    while (bytes[at] !== GREATER && bytes[at] !== SLASH && !isSpace(bytes[at]!)) at += 1;
    return at;
  }

  /** Whether the name that stands here is `name`, with or without a prefix for its namespace. */
  public isName(from: number, to: number, name: Uint8Array): boolean {
    const { bytes } = this;
    const local = to - name.length;
    if (local < from || (local > from && bytes[local - 1] !== COLON)) return false;
    for (let index = 0; index < name.length; index += 1) if (bytes[local + index] !== name[index]) return false;
    return true;
  }

  /** Whether attributes say `xsi:nil="true"`. */
  public isNil(from: number, to: number): boolean {
    for (let at = from; at < to; at += 1) if (this.bytes[at] === EQUALS) return NIL.test(this.text(from, to));
    return false;
  }

  /** Where the closing tag that begins here ends; its name must be the one that stands from `name` to `nameEnd`. */
  public closingEnd(from: number, name: number, nameEnd: number): number {
    const { bytes } = this;
    const length = nameEnd - name;
    const end = bytes[from + 2 + length] === GREATER ? from + 3 + length : this.tagEnd(from);
    if (end < 0 || end > this.end) return -1;
    let same = bytes[from + 1] === SLASH && this.skipSpace(from + 2 + length) === end - 1;
    for (let index = 0; same && index < length; index += 1) same = bytes[name + index] === bytes[from + 2 + index];
    if (!same) throw new SyntaxError(`</${this.text(name, nameEnd)}> expected`);
    return end;
  }
}

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

const NAMED = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** `text` with what its references stand for. Throws a SyntaxError for one that XML 1.0 does not know. */
export function expandReferences(text: string): string {
  let expanded = '';
  let done = 0;
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', done)) {
    const end = text.indexOf(';', at);
    expanded += text.slice(done, at) + characterOf(text.slice(at + 1, Math.max(at + 1, end)));
    done = end + 1;
  }
  return done === 0 ? text : expanded + text.slice(done);
}

/** The character of `amp`, `#38` or `#x26`. */
function characterOf(reference: string): string {
  const named = NAMED.get(reference);
  if (named !== undefined) return named;
  const [, decimal, hex] = /^#(?:(\d{1,7})|x([\da-f]{1,6}))$/i.exec(reference) ?? [];
  const code = decimal === undefined ? parseInt(hex ?? '', 16) : Number(decimal);
  if (!(code <= 0x10ffff)) throw new SyntaxError(`"&${reference.slice(0, 20)}" stands for nothing`);
  return String.fromCodePoint(code);
}
