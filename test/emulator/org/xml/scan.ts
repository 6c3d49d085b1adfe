import { expand, ILLEGAL } from './characters.ts';

/** What a document is made of, in order. Names come with their namespace resolved. */
export type XmlEvents = {
  open(name: string, namespace: string, attributes: readonly XmlAttribute[]): void;
  close(): void;
  text(text: string): void;
};

export type XmlAttribute = { readonly name: string; readonly namespace: string; readonly value: string };

/** The document is not well-formed; nothing of it may be used. */
export class XmlError extends Error {}

const NAME =
  /[:A-Z_a-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C\u200D\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD][-.0-9:A-Z_a-z\u00B7\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u037D\u037F-\u1FFF\u200C\u200D\u203F\u2040\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD]*/y;
const SPACE = /[ \t\r\n]*/y;

type Open = { readonly name: string; readonly scope: ReadonlyMap<string, string> };

/** Reads a whole document strictly by XML 1.0 and Namespaces in XML, without DTD; throws XmlError at the first fault. */
export function scanXml(source: string, events: XmlEvents): void {
  new Scanner(source.startsWith('\uFEFF') ? source.slice(1) : source, events).document();
}

class Scanner {
  private readonly source: string;
  private readonly events: XmlEvents;
  private readonly stack: Open[] = [];
  private readonly known = new Set<string>();
  private at = 0;

  public constructor(source: string, events: XmlEvents) {
    this.source = source.includes('\r') ? source.replace(/\r\n?/g, '\n') : source;
    this.events = events;
  }

  public document(): void {
    const illegal = ILLEGAL.exec(this.source);
    if (illegal)
      this.fail(
        `An invalid XML character (Unicode: 0x${illegal[0].charCodeAt(0).toString(16)}) was found`,
        illegal.index,
      );
    if (this.source.startsWith('<?xml') && /\s/.test(this.source[5] ?? '')) this.declaration();
    let rootSeen = false;
    while (this.at < this.source.length) {
      const next = this.source.indexOf('<', this.at);
      this.characters(next < 0 ? this.source.length : next);
      if (next < 0) break;
      if (this.source.startsWith('<!--', next)) this.comment();
      else if (this.source.startsWith('<![CDATA[', next)) this.cdata();
      else if (this.source.startsWith('<?', next)) this.instruction();
      else if (this.source.startsWith('<!', next)) this.fail('DOCTYPE is not allowed');
      else if (this.source.startsWith('</', next)) this.endTag();
      else {
        if (this.stack.length === 0 && rootSeen) this.fail('The markup following the root element must be well-formed');
        rootSeen = true;
        this.startTag();
      }
    }
    if (this.stack.length > 0 || !rootSeen) this.fail('Premature end of file');
  }

  private declaration(): void {
    const declaration =
      /<\?xml\s+version=(["'])1\.[0-9]+\1(\s+encoding=(["'])[A-Za-z][A-Za-z0-9._-]*\3)?(\s+standalone=(["'])(yes|no)\5)?\s*\?>/y.exec(
        this.source,
      );
    if (!declaration) this.fail('The XML declaration is malformed');
    const encoding = /encoding=["']([^"']+)/.exec(declaration[0])?.[1];
    if (encoding !== undefined && !/^(utf-8|us-ascii)$/i.test(encoding)) this.fail(`Encoding ${encoding} is not UTF-8`);
    this.at = declaration[0].length;
  }

  private characters(end: number): void {
    if (end === this.at) return;
    const raw = this.source.slice(this.at, end);
    if (this.stack.length === 0) {
      if (raw.trim() !== '') this.fail('Content is not allowed outside the root element');
    } else {
      if (raw.includes(']]>')) this.fail('The character sequence "]]>" must not appear in content');
      this.events.text(this.expanded(raw));
    }
    this.at = end;
  }

  private startTag(): void {
    if (this.knownTag()) return;
    const from = this.at + 1;
    this.at += 1;
    const name = this.name();
    const raw: { name: string; value: string }[] = [];
    for (;;) {
      const spaced = this.space();
      const char = this.source[this.at];
      if (char === '>' || char === '/' || char === undefined) break;
      if (!spaced) this.fail(`Element type "${name}" must be followed by attribute specifications, ">" or "/>"`);
      raw.push(this.attribute());
    }
    const scope = this.scopeOf(raw);
    const attributes = raw
      .filter(({ name: attribute }) => !/^xmlns(:|$)/.test(attribute))
      .map((attribute) => this.resolved(attribute, scope));
    const names = new Set(raw.map((attribute) => attribute.name));
    if (names.size < raw.length) this.fail(`Duplicate attribute in element "${name}"`);
    const [local, namespace] = this.resolve(name, scope, true);
    this.events.open(local, namespace, attributes);
    if (this.source.startsWith('/>', this.at)) {
      this.at += 2;
      this.events.close();
    } else if (this.source[this.at] === '>') {
      this.at += 1;
      this.stack.push({ name, scope });
      if (this.at === from + name.length + 1) this.known.add(name);
    } else {
      this.fail(`Element type "${name}" must be followed by attribute specifications, ">" or "/>"`);
    }
  }

  /** A tag without attributes that was read before need not be taken apart again: batches repeat a few names 10,000 times. */
  private knownTag(): boolean {
    const name = this.source.slice(this.at + 1, this.source.indexOf('>', this.at));
    const scope = this.stack.at(-1)?.scope;
    if (!scope || !this.known.has(name)) return false;
    const [local, namespace] = this.resolve(name, scope, true);
    this.events.open(local, namespace, NO_ATTRIBUTES);
    this.stack.push({ name, scope });
    this.at += name.length + 2;
    return true;
  }

  private endTag(): void {
    const name = this.stack.at(-1)?.name;
    if (name !== undefined && this.source.startsWith(`${name}>`, this.at + 2)) {
      this.stack.pop();
      this.at += name.length + 3;
      this.events.close();
    } else {
      this.oddEndTag();
    }
  }

  private oddEndTag(): void {
    this.at += 2;
    const name = this.name();
    this.space();
    const open = this.stack.pop();
    if (!open || open.name !== name) this.fail(`The end-tag "</${name}>" does not match "${open?.name ?? ''}"`);
    if (this.source[this.at] !== '>') this.fail(`The end-tag for "${name}" must end with ">"`);
    this.at += 1;
    this.events.close();
  }

  private attribute(): { name: string; value: string } {
    const name = this.name();
    this.space();
    if (this.source[this.at] !== '=') this.fail(`Attribute name "${name}" must be followed by "="`);
    this.at += 1;
    this.space();
    const quote = this.source[this.at];
    if (quote !== '"' && quote !== "'") this.fail(`The value of attribute "${name}" must be quoted`);
    const end = this.source.indexOf(quote, this.at + 1);
    if (end < 0) this.fail(`The value of attribute "${name}" has no end`);
    const raw = this.source.slice(this.at + 1, end);
    if (raw.includes('<')) this.fail(`The value of attribute "${name}" must not contain "<"`);
    this.at = end + 1;
    return { name, value: this.expanded(raw.replace(/[\t\n]/g, ' ')) };
  }

  private scopeOf(attributes: readonly { name: string; value: string }[]): ReadonlyMap<string, string> {
    const outer = this.stack.at(-1)?.scope ?? OUTERMOST;
    const declared = attributes.filter(({ name }) => name === 'xmlns' || name.startsWith('xmlns:'));
    if (declared.length === 0) return outer;
    return new Map([
      ...outer,
      ...declared.map(({ name, value }): [string, string] => [name === 'xmlns' ? '' : name.slice(6), value]),
    ]);
  }

  private resolved(attribute: { name: string; value: string }, scope: ReadonlyMap<string, string>): XmlAttribute {
    const [name, namespace] = this.resolve(attribute.name, scope, false);
    return { name, namespace, value: attribute.value };
  }

  private resolve(name: string, scope: ReadonlyMap<string, string>, useDefault: boolean): [string, string] {
    const colon = name.indexOf(':');
    if (colon < 0) return [name, useDefault ? (scope.get('') ?? '') : ''];
    const namespace = scope.get(name.slice(0, colon));
    if (namespace === undefined) this.fail(`The prefix "${name.slice(0, colon)}" for "${name}" is not bound`);
    return [name.slice(colon + 1), namespace];
  }

  private comment(): void {
    const end = this.source.indexOf('--', this.at + 4);
    if (end < 0 || this.source[end + 2] !== '>') this.fail('A comment is malformed');
    this.at = end + 3;
  }

  private cdata(): void {
    if (this.stack.length === 0) this.fail('CDATA is not allowed outside the root element');
    const end = this.source.indexOf(']]>', this.at);
    if (end < 0) this.fail('A CDATA section has no end');
    this.events.text(this.source.slice(this.at + 9, end));
    this.at = end + 3;
  }

  private instruction(): void {
    const end = this.source.indexOf('?>', this.at);
    const target = /^<\?([^\s?]+)/.exec(this.source.slice(this.at, this.at + 64))?.[1];
    if (end < 0 || target === undefined || /^xml$/i.test(target)) {
      this.fail('The processing instruction target matching "[xX][mM][lL]" is not allowed');
    }
    this.at = end + 2;
  }

  private expanded(raw: string): string {
    try {
      return expand(raw);
    } catch (cause) {
      return this.fail((cause as Error).message);
    }
  }

  private name(): string {
    NAME.lastIndex = this.at;
    const name = NAME.exec(this.source)?.[0];
    if (name === undefined) this.fail('The content of elements must consist of well-formed character data or markup');
    this.at += name.length;
    return name;
  }

  private space(): boolean {
    SPACE.lastIndex = this.at;
    const length = SPACE.exec(this.source)?.[0].length ?? 0;
    this.at += length;
    return length > 0;
  }

  private fail(what: string, at = this.at): never {
    const before = this.source.slice(0, at);
    const line = before.split('\n').length;
    throw new XmlError(`${what} at [row,col]:[${line},${at - before.lastIndexOf('\n')}]`);
  }
}

const NO_ATTRIBUTES: readonly XmlAttribute[] = [];
const OUTERMOST: ReadonlyMap<string, string> = new Map([['xml', 'http://www.w3.org/XML/1998/namespace']]);
