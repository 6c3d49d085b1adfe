import { type Hash, HashTable } from './hash-table.ts';
import { keyOfRow, keyOfUrl } from './page-key.ts';
import type { ReportRow, ReportSource } from './service.ts';

/** Marks a sum that doesn't fit in 32 bits and is kept in a map. */
const LARGE = 2 ** 32 - 1;
/** The largest rows kept with their address, so that those without a record can be shown. */
const REMEMBERED = 1000;
/** The first column: while the report is read, a part of the first row's hash; then 1 if a URL took its number. */
const TAG = 0;

export type LargestPage = { readonly address: string; readonly value: number };

/**
 * The numbers of a report by page; rows about the same page are added up. Holds hashes and numbers, some 20 bytes per
 * page. In a report of 1,000,000 pages, two share a hash once in 37 million reports.
 */
export class ReportTable {
  /** Distinct rows added. */
  public rows = 0;
  /** Duplicate rows, which were ignored. */
  public repeated = 0;
  private readonly source: Pick<ReportSource, 'addresses' | 'match'>;
  private readonly columns: number;
  private readonly pages: HashTable;
  /** For pages with several rows, the rows after the first. */
  private others: HashTable | undefined = new HashTable(0);
  private readonly large = new Map<string, number>();
  private largest: LargestPage[] = [];
  /** Smaller rows are not among the largest. */
  private least = 0;

  public constructor(source: Pick<ReportSource, 'addresses' | 'match'>, columns: number) {
    this.source = source;
    this.columns = columns;
    this.pages = new HashTable(1 + columns);
  }

  /** The number of pages. */
  public get size(): number {
    return this.pages.size;
  }

  public add({ pages, id, values }: ReportRow): void {
    const { addresses, match } = this.source;
    const keys = new Set(pages.map((address) => keyOfRow(address, addresses, match)));
    const known = [...keys].filter((key) => key !== undefined);
    const rowHash = id === undefined ? undefined : hashOf(id);
    // If a row has no page, a duplicate has no effect.
    const isRepeated = known.map((key) => !this.addTo(key, rowHash, values)).includes(true);
    if (isRepeated) this.repeated += 1;
    else this.rows += 1;
    if (!isRepeated && known.length > 0) this.remember({ address: pages[0]!, value: values[0]! });
  }

  /** Must be called after all rows are added, before the first {@link take}. */
  public seal(): void {
    this.others = undefined;
    for (const { words, at } of this.pages.cells()) words[at + TAG] = 0;
    this.forgetSmallest();
  }

  /** The number of a URL in a column; `undefined` if the report has no row for it. */
  public take(url: string, column: number): number | undefined {
    const { addresses, match } = this.source;
    const key = keyOfUrl(url, addresses, match);
    if (key === undefined) return undefined;
    const pageHash = hashOf(key);
    const cell = this.pages.find(pageHash);
    if (!cell) return undefined;
    cell.words[cell.at + TAG] = 1;
    return this.valueOf(cell.words[cell.at + 1 + column]!, pageHash, column);
  }

  /** The number of pages no URL has taken, and the largest of them, as far as they are kept. */
  public unmatched(most: number): { readonly pages: number; readonly largest: readonly LargestPage[] } {
    let pages = 0;
    for (const { words, at } of this.pages.cells()) if (words[at + TAG] === 0) pages += 1;
    const { addresses, match } = this.source;
    const isUnmatched = ({ address }: LargestPage): boolean => {
      const cell = this.pages.find(hashOf(keyOfRow(address, addresses, match) ?? ''));
      return cell?.words[cell.at + TAG] === 0;
    };
    return { pages, largest: this.largest.filter(isUnmatched).slice(0, most) };
  }

  /** The content of a sealed table for {@link restore}. */
  public keep(): KeptTable {
    const { rows, columns, largest } = this;
    return { header: { rows, columns, large: [...this.large], largest }, chunks: this.pages.chunks() };
  }

  /** Restores a sealed table from {@link keep}. */
  public static restore(
    source: Pick<ReportSource, 'addresses' | 'match'>,
    { rows, columns, large, largest }: KeptTable['header'],
    entries: Uint32Array,
  ): ReportTable {
    const table = new ReportTable(source, columns);
    table.rows = rows;
    table.pages.restore(entries);
    for (const [key, value] of large) table.large.set(key, value);
    table.largest = [...largest];
    table.seal();
    return table;
  }

  /** Adds a row's numbers to those of a page. Returns false for a duplicate row. */
  private addTo(key: string, row: Hash | undefined, values: readonly number[]): boolean {
    const pageHash = hashOf(key);
    const { words, at, isNew } = this.pages.add(pageHash);
    if (isNew) words[at + TAG] = row?.low ?? 0;
    else if (row && (words[at + TAG] === row.low || !this.others!.add(joined(pageHash, row)).isNew)) return false;
    for (const [column, value] of values.entries()) {
      const sum = value + this.valueOf(words[at + 1 + column]!, pageHash, column);
      words[at + 1 + column] = Math.min(sum, LARGE);
      if (sum >= LARGE) this.large.set(nameOf(pageHash, column), sum);
    }
    return true;
  }

  private valueOf(word: number, pageHash: Hash, column: number): number {
    return word === LARGE ? this.large.get(nameOf(pageHash, column))! : word;
  }

  private remember(page: LargestPage): void {
    if (page.value < this.least) return;
    this.largest.push(page);
    if (this.largest.length === 2 * REMEMBERED) this.forgetSmallest();
  }

  private forgetSmallest(): void {
    this.largest = this.largest.sort((one, other) => other.value - one.value).slice(0, REMEMBERED);
    if (this.largest.length === REMEMBERED) this.least = this.largest.at(-1)!.value;
  }
}

/** A kept table: a JSON part, and the entries of its {@link HashTable}. */
export type KeptTable = {
  readonly header: {
    readonly rows: number;
    readonly columns: number;
    /** The numbers that don't fit in the entries. */
    readonly large: readonly (readonly [string, number])[];
    readonly largest: readonly LargestPage[];
  };
  readonly chunks: Iterable<Uint32Array>;
};

const nameOf = ({ high, low }: Hash, column: number): string => `${high} ${low} ${column}`;

const joined = (page: Hash, row: Hash): Hash => ({
  // Asymmetric, because the id of a row may be the address of its page.
  high: (Math.imul(page.high, 31) ^ row.high) >>> 0,
  low: (Math.imul(page.low, 31) ^ row.low) >>> 0,
});

/**
 * A 64-bit hash: two multiplicative hashes, mixed at the end (cyrb53, public domain). It takes a tenth of the time of a
 * cryptographic one. Someone who chose colliding addresses could add up two pages; visiting one achieves the same.
 */
export function hashOf(text: string): Hash {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  const mixedHigh = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  const mixedLow = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(mixedHigh ^ (mixedHigh >>> 13), 3266489909);
  return { high: mixedHigh >>> 0, low: mixedLow >>> 0 };
}
