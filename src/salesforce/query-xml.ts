import type { FieldValue } from '../model/change.ts';
import { toFieldValue } from './field-value.ts';
import { AMPERSAND, expandReferences, LESS, SECTION, SLASH, XmlBytes } from './xml-bytes.ts';

const QUERY_RESULT = Buffer.from('queryResult');
const RECORDS = Buffer.from('records');
/** A record is far smaller: a field holds 131,072 characters at most (Salesforce limits cheat sheet, Bulk API). */
const MAX_RECORD_BYTES = 1 << 24;
/** As many digits a double holds exactly, whatever they are. */
const EXACT_DIGITS = 15;
const NUMBER = /^-?\d+(\.\d*)?(e[+-]?\d+)?$/i;
const [ZERO, NINE, DASH, POINT] = [0x30, 0x39, 0x2d, 0x2e];

/** How a field stands in the present record: not at all or nil, as text, as text with references, put together. */
const [NIL, PLAIN, REFERENCES, PIECES] = [0, 1, 2, 3];

/**
 * Reads the records of a `queryResult` (Bulk API Developer Guide, "Bulk Query"), whose bytes are pushed as they come:
 * memory does not grow with their number, and a value is made only when it is asked for. `Id` stands in each record
 * twice. Throws a SyntaxError where the document is something else, or ends too early.
 */
export class QueryResultScanner {
  private readonly xml = new XmlBytes();
  private at = 0;
  private place: 'before' | 'within' | 'after' = 'before';
  private found = false;
  /** The names of the fields wanted, the Id first; then how and where each stands in the present record. */
  private readonly names: readonly Uint8Array[];
  private readonly kinds: number[];
  private readonly from: number[];
  private readonly to: number[];
  private readonly pieces: string[];
  /** Where to go on in a record that is not there whole yet: at a field, 0 where none is under way; then in its text. */
  private fieldAt = 0;
  private resumeAt = 0;
  private textKind = PLAIN;
  private textBefore = '';

  public constructor(fields: readonly string[]) {
    this.names = ['Id', ...fields].map((name) => Buffer.from(name));
    this.kinds = this.names.map(() => NIL);
    this.from = this.names.map(() => 0);
    this.to = this.names.map(() => 0);
    this.pieces = this.names.map(() => '');
  }

  /** Takes the next bytes of the document in. The present record is gone then. */
  public push(part: Uint8Array): void {
    if (this.xml.end - this.at > MAX_RECORD_BYTES)
      throw new SyntaxError(`more than ${MAX_RECORD_BYTES} bytes in a record`);
    this.xml.push(part, this.at);
    this.shift(-this.at);
    this.at = 0;
  }

  /** Moves all that points into the bytes along with them. */
  private shift(by: number): void {
    if (this.fieldAt === 0 || by === 0) return;
    this.fieldAt += by;
    this.resumeAt += by;
    for (let index = 0; index < this.names.length; index += 1) {
      this.from[index]! += by;
      this.to[index]! += by;
    }
  }

  /** Goes to the next record. False where the bytes there are hold no whole one. */
  public next(): boolean {
    this.found = false;
    while (!this.found) {
      this.at = this.xml.skipSpace(this.at);
      const after = this.step(this.at);
      if (after < 0) return false;
      this.at = after;
    }
    return true;
  }

  /** To be called after the last bytes. Throws where the document is not complete. */
  public finish(): void {
    if (this.place === 'before') throw new SyntaxError('<queryResult> expected');
    if (this.place === 'within' || this.at < this.xml.end) throw new SyntaxError('it does not end in </queryResult>');
  }

  /** The Id of the present record; empty where it has none. */
  public get id(): string {
    return this.textAt(0) ?? '';
  }

  /** The text of a field, by its position in `fields`; `null` where it is nil. */
  public text(field: number): string | null {
    return this.textAt(field + 1);
  }

  /** The number or time a field holds, as REST gives it. */
  public value(field: number): FieldValue {
    const number = this.plainNumber(field + 1);
    if (number !== undefined) return number;
    const text = this.textAt(field + 1);
    if (text === null || text === '') return null;
    return NUMBER.test(text) ? Number(text) : toFieldValue(text);
  }

  private textAt(index: number): string | null {
    switch (this.kinds[index]) {
      case PLAIN:
        return this.xml.text(this.from[index]!, this.to[index]!);
      case REFERENCES:
        return expandReferences(this.xml.text(this.from[index]!, this.to[index]!));
      case PIECES:
        return this.pieces[index]!;
      default:
        return null;
    }
  }

  /** Most numbers are a few digits and `.0`, and need no text made of them. */
  private plainNumber(index: number): number | undefined {
    if (this.kinds[index] !== PLAIN) return undefined;
    const { bytes } = this.xml;
    let [at, end] = [this.from[index]!, this.to[index]!];
    if (end - at > 2 && bytes[end - 1] === ZERO && bytes[end - 2] === POINT) end -= 2;
    const negative = bytes[at] === DASH;
    if (negative) at += 1;
    if (at >= end || end - at > EXACT_DIGITS) return undefined;
    let number = 0;
    for (; at < end; at += 1) {
      const digit = bytes[at]!;
      if (digit < ZERO || digit > NINE) return undefined;
      number = number * 10 + digit - ZERO;
    }
    return negative && number !== 0 ? -number : number;
  }

  /** Takes one step on: a record, a tag of the root, or what is neither. Returns where it ends, -1 where that is to come. */
  private step(at: number): number {
    const { xml } = this;
    if (this.fieldAt > 0) return this.record(this.fieldAt);
    if (at + 2 > xml.end) return -1;
    if (xml.bytes[at] !== LESS) throw new SyntaxError('text where a tag is expected');
    if (xml.isOther(at)) return xml.otherEnd(at);
    const end = xml.tagEnd(at);
    if (end < 0) return -1;
    const closes = xml.bytes[at + 1] === SLASH;
    const name = closes ? at + 2 : at + 1;
    const nameEnd = xml.nameEnd(name);
    if (this.place === 'within' && !closes) {
      if (!xml.isName(name, nameEnd, RECORDS)) throw new SyntaxError('<records> expected');
      this.kinds.fill(NIL);
      this.found = xml.isEmptyTag(end);
      return this.found ? end : this.record(end);
    }
    if (
      !xml.isName(name, nameEnd, QUERY_RESULT) ||
      this.place === (closes ? 'before' : 'within') ||
      this.place === 'after'
    ) {
      throw new SyntaxError(`${closes ? '</' : '<'}queryResult> expected`);
    }
    this.place = closes || xml.isEmptyTag(end) ? 'after' : 'within';
    return end;
  }

  /** The fields of a record, from the end of its tag, or from the first that was not there whole. */
  private record(from: number): number {
    const { xml } = this;
    for (let at = from; ;) {
      at = xml.skipSpace(at);
      this.fieldAt = at;
      if (at + 2 > xml.end) return -1;
      if (xml.bytes[at] !== LESS) throw new SyntaxError('text between the fields of a record');
      if (xml.bytes[at + 1] === SLASH) {
        const end = xml.tagEnd(at);
        if (end < 0) return -1;
        if (!xml.isName(at + 2, xml.nameEnd(at + 2), RECORDS)) throw new SyntaxError('</records> expected');
        this.found = true;
        this.fieldAt = 0;
        this.resumeAt = 0;
        return end;
      }
      at = xml.isOther(at) ? xml.otherEnd(at) : this.field(at);
      if (at < 0) return -1;
    }
  }

  private field(start: number): number {
    const { xml } = this;
    const from = xml.tagEnd(start);
    if (from < 0) return -1;
    const nameEnd = xml.nameEnd(start + 1);
    const index = this.indexOf(start + 1, nameEnd);
    const nil = xml.isNil(nameEnd, from);
    if (xml.isEmptyTag(from)) {
      this.note(index, nil ? NIL : PLAIN, from, from);
      return from;
    }
    const { bytes, end } = xml;
    const seen = this.resumeAt > from;
    let kind = seen ? this.textKind : PLAIN;
    let at = seen ? this.resumeAt : from;
    if (kind === PIECES) return this.pieced(start, nameEnd, index, at, this.textBefore);
    for (; at < end && bytes[at] !== LESS; at += 1) if (bytes[at] === AMPERSAND) kind = REFERENCES;
    if (at + 2 > end) return this.pause(at, kind);
    if (xml.isOther(at)) return this.pieced(start, nameEnd, index, at, expandReferences(xml.text(from, at)));
    this.note(index, nil ? NIL : kind, from, at);
    return xml.closingEnd(at, start + 1, nameEnd);
  }

  /** Which of the fields wanted has the name that stands here; -1 where none has. */
  private indexOf(from: number, to: number): number {
    const { names, xml } = this;
    // A function for `findIndex`, made for each field anew, would be a sixth of the garbage of a whole run.
    for (let index = 0; index < names.length; index += 1) if (xml.isName(from, to, names[index]!)) return index;
    return -1;
  }

  private note(index: number, kind: number, from: number, to: number): void {
    // Of the two Ids the one that is not nil counts.
    if (index < 0 || (index === 0 && kind === NIL)) return;
    this.kinds[index] = kind;
    this.from[index] = from;
    this.to[index] = to;
  }

  /** Remembers where the text of a field goes on. */
  private pause(at: number, kind: number, before = ''): -1 {
    [this.resumeAt, this.textKind, this.textBefore] = [at, kind, before];
    return -1;
  }

  /** A field whose text has sections or comments in it, the next at `first`, after `before`. */
  private pieced(start: number, nameEnd: number, index: number, first: number, before: string): number {
    const { xml } = this;
    let text = before;
    for (let at = first; ;) {
      if (!xml.isOther(at)) {
        if (index >= 0) this.pieces[index] = text;
        this.note(index, PIECES, at, at);
        return xml.closingEnd(at, start + 1, nameEnd);
      }
      const after = xml.otherEnd(at);
      const next = after < 0 ? -1 : xml.bytes.indexOf(LESS, after);
      if (next < 0 || next + 2 > xml.end) return this.pause(at, PIECES, text);
      if (xml.isSection(at)) text += xml.text(at + SECTION.open.length, after - SECTION.close.length);
      at = next;
      text += expandReferences(xml.text(after, at));
    }
  }
}
