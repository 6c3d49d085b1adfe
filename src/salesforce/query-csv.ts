import type { FieldValue } from '../model/change.ts';
import { toFieldValue } from './field-value.ts';

/** The initial size of the buffer for unread bytes. */
const FIRST_BYTES = 1 << 17;
/**
 * The longest record, well above the limit of 131,072 characters in a field (Salesforce limits cheat sheet, Bulk API).
 */
const MAX_RECORD_BYTES = 1 << 24;
/** The number of digits that a double always holds exactly. */
const EXACT_DIGITS = 15;
const NUMBER = /^-?\d+(\.\d*)?(e[+-]?\d+)?$/i;
const [ZERO, NINE, DASH, POINT] = [0x30, 0x39, 0x2d, 0x2e];
const [QUOTE, COMMA, NEWLINE, RETURN] = [0x22, 0x2c, 0x0a, 0x0d];

/**
 * Reads the records of a query result in CSV (Bulk API Developer Guide, "Bulk Query"; RFC 4180) from chunks of bytes,
 * in constant memory. Values are only created when requested. The last line must end with a newline. Throws a
 * SyntaxError if the text is invalid or ends within a record.
 */
export class QueryResultScanner {
  /** The names of the requested fields, the Id first, and the column of each. */
  private readonly names: readonly string[];
  private readonly columns: number[] = [];
  private bytes = Buffer.allocUnsafe(FIRST_BYTES);
  private end = 0;
  /** Where the cells of the current line begin and end, with quotes, and the number of quotes in each. */
  private readonly from: number[] = [];
  private readonly to: number[] = [];
  private readonly quotes: number[] = [];
  private cells = 0;
  /** The number of cells in a line; 0 before the header. */
  private width = 0;
  /** Where the current line begins, and where to continue in it when more bytes arrive. */
  private start = 0;
  private at = 0;
  private cellFrom = 0;
  private cellQuotes = 0;

  public constructor(fields: readonly string[]) {
    this.names = ['Id', ...fields];
  }

  /** Adds the next bytes of the result. The current record is no longer valid. */
  public push(part: Uint8Array): void {
    const { bytes, start } = this;
    const rest = this.end - start;
    if (rest > MAX_RECORD_BYTES) throw new SyntaxError(`more than ${MAX_RECORD_BYTES} bytes in a record`);
    const needed = rest + part.length;
    const room = needed > bytes.length ? Buffer.allocUnsafe(2 * needed) : bytes;
    bytes.copy(room, 0, start, this.end);
    room.set(part, rest);
    [this.bytes, this.end, this.start] = [room, needed, 0];
    [this.at, this.cellFrom] = [this.at - start, this.cellFrom - start];
    for (let cell = 0; cell < this.cells; cell += 1) {
      this.from[cell]! -= start;
      this.to[cell]! -= start;
    }
  }

  /** Moves to the next record. Returns false if the bytes hold no complete one. */
  public next(): boolean {
    while (this.nextLine()) {
      const isBlank = this.cells === 1 && this.from[0] === this.to[0];
      if (isBlank) continue;
      if (this.width > 0) {
        if (this.cells === this.width) return true;
        throw new SyntaxError(`${this.cells} cells in a line, ${this.width} expected`);
      }
      this.readHeader();
    }
    return false;
  }

  /** Must be called after the last bytes. Throws a SyntaxError if the result isn't complete. */
  public finish(): void {
    if (this.width === 0) throw new SyntaxError('no header');
    if (this.start < this.end) throw new SyntaxError('it ends within a record');
  }

  /** The Id of the current record; empty if it has none. */
  public get id(): string {
    return this.cellText(this.columns[0]!);
  }

  /** The text of a field, by its position in `fields`; `null` if empty. */
  public text(field: number): string | null {
    return this.cellText(this.columns[field + 1]!) || null;
  }

  /** The number or time of a field, in the format of REST. */
  public value(field: number): FieldValue {
    const column = this.columns[field + 1]!;
    const number = this.plainNumber(column);
    if (number !== undefined) return number;
    const text = this.cellText(column);
    if (text === '') return null;
    return NUMBER.test(text) ? Number(text) : toFieldValue(text);
  }

  private readHeader(): void {
    const header = this.from.map((_, cell) => this.cellText(cell).toLowerCase());
    for (const name of this.names) {
      const column = header.indexOf(name.toLowerCase());
      if (column === -1) throw new SyntaxError(`no column ${name}`);
      this.columns.push(column);
    }
    this.width = this.cells;
  }

  /** Finds the cells of the next line. Returns false if its end hasn't arrived. */
  private nextLine(): boolean {
    const { bytes, end } = this;
    if (this.at === this.start) this.cells = 0;
    let { at, cellQuotes } = this;
    for (; at < end; at += 1) {
      const byte = bytes[at];
      if (byte === QUOTE) cellQuotes += 1;
      else if ((byte === COMMA || byte === NEWLINE) && (cellQuotes & 1) === 0) {
        this.noteCell(byte === NEWLINE && bytes[at - 1] === RETURN && at > this.cellFrom ? at - 1 : at, cellQuotes);
        [this.cellFrom, cellQuotes] = [at + 1, 0];
        if (byte === COMMA) continue;
        this.start = this.at = at + 1;
        this.cellQuotes = 0;
        return true;
      }
    }
    [this.at, this.cellQuotes] = [at, cellQuotes];
    return false;
  }

  /** Quotes may only enclose a whole cell, and must be doubled within it. */
  private noteCell(to: number, quotes: number): void {
    const { bytes, cellFrom: from, cells } = this;
    if (quotes > 0 && (bytes[from] !== QUOTE || bytes[to - 1] !== QUOTE))
      throw new SyntaxError('a quote within a cell');
    this.from[cells] = from;
    this.to[cells] = to;
    this.quotes[cells] = quotes;
    this.cells += 1;
  }

  private cellText(cell: number): string {
    const [from, to, quotes] = [this.from[cell]!, this.to[cell]!, this.quotes[cell]!];
    if (quotes === 0) return this.bytes.toString('utf8', from, to);
    const text = this.bytes.toString('utf8', from + 1, to - 1);
    if (quotes === 2) return text;
    if (text.replaceAll('""', '').includes('"')) throw new SyntaxError('a quote within a cell');
    return text.replaceAll('""', '"');
  }

  /** Parses the usual form of a number, a few digits and `.0`, without creating text. */
  private plainNumber(cell: number): number | undefined {
    const { bytes } = this;
    const around = this.quotes[cell] === 2 ? 1 : 0;
    let [at, end] = [this.from[cell]! + around, this.to[cell]! - around];
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
}
