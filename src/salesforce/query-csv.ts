import type { FieldValue } from '../model/change.ts';
import { toFieldValue } from './field-value.ts';

/** Room for the part of the result that is looked at. */
const FIRST_BYTES = 1 << 17;
/** A record is far smaller: a field holds 131,072 characters at most (Salesforce limits cheat sheet, Bulk API). */
const MAX_RECORD_BYTES = 1 << 24;
/** As many digits a double holds exactly, whatever they are. */
const EXACT_DIGITS = 15;
const NUMBER = /^-?\d+(\.\d*)?(e[+-]?\d+)?$/i;
const [ZERO, NINE, DASH, POINT] = [0x30, 0x39, 0x2d, 0x2e];
const [QUOTE, COMMA, NEWLINE, RETURN] = [0x22, 0x2c, 0x0a, 0x0d];

/**
 * Reads the records of a query's result in CSV (Bulk API Developer Guide, "Bulk Query"; RFC 4180), whose bytes are pushed
 * as they come: memory does not grow with their number, and a value is made only when it is asked for. The last line must
 * end, too. Throws a SyntaxError where the text is something else, or ends within a record.
 */
export class QueryResultScanner {
  /** The names of the fields wanted, the Id first, and the column each stands in. */
  private readonly names: readonly string[];
  private readonly columns: number[] = [];
  private bytes = Buffer.allocUnsafe(FIRST_BYTES);
  private end = 0;
  /** Where the cells of the present line begin and end, quotes included, and how many quotes are in each. */
  private readonly from: number[] = [];
  private readonly to: number[] = [];
  private readonly quotes: number[] = [];
  private cells = 0;
  /** How many cells a line has; 0 before the header. */
  private width = 0;
  /** Where the present line begins, and where to go on in it when more bytes have come. */
  private start = 0;
  private at = 0;
  private cellFrom = 0;
  private cellQuotes = 0;

  public constructor(fields: readonly string[]) {
    this.names = ['Id', ...fields];
  }

  /** Takes the next bytes of the result in. The present record is gone then. */
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

  /** Goes to the next record. False where the bytes there are hold no whole one. */
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

  /** To be called after the last bytes. Throws where the result is not complete. */
  public finish(): void {
    if (this.width === 0) throw new SyntaxError('no header');
    if (this.start < this.end) throw new SyntaxError('it ends within a record');
  }

  /** The Id of the present record; empty where it has none. */
  public get id(): string {
    return this.cellText(this.columns[0]!);
  }

  /** The text of a field, by its position in `fields`; `null` where it is empty. */
  public text(field: number): string | null {
    return this.cellText(this.columns[field + 1]!) || null;
  }

  /** The number or time a field holds, as REST gives it. */
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

  /** Finds the cells of the next line. False where its end is still to come. */
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

  /** A quote stands only around a whole cell, and twice within it. */
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

  /** Most numbers are a few digits and `.0`, and need no text made of them. */
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
