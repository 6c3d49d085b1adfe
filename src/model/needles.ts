import type { Decoded } from './decode.ts';

/** Bits of the filter that rules out needles in most texts at once. */
const FILTER_BITS = 1 << 20;
/** The weight of a character in a hash, relative to the next one. */
const BASE = 31;

/** An access token of an org: its id, `!`, and the secret part. */
const TOKEN = /00D[a-zA-Z0-9]{12,15}![\w.*-]*/g;

/**
 * Finds texts in others, whole or in part: a run of `length` characters is enough. A text is read once, however many
 * needles there are (Rabin-Karp rolling hash, with a bit filter of all hashes).
 */
export class Needles {
  private readonly length: number;
  /** The weight of the character that leaves the window. */
  private readonly weight: number;
  private readonly parts = new Set<string>();
  private readonly filter = new Int32Array(FILTER_BITS / 32);
  /** Needles shorter than a part, which are found only whole. */
  private readonly words = new Set<string>();

  public constructor(length: number) {
    this.length = length;
    this.weight = Array.from({ length }).reduce<number>((product) => Math.imul(product, BASE), 1);
  }

  public add(needle: string): void {
    if (needle.length < this.length) {
      this.words.add(fold(needle));
      return;
    }
    let hash = 0;
    for (let end = 1; end <= needle.length; end += 1) {
      hash = this.roll(hash, needle, end);
      const part = needle.slice(end - this.length, end);
      // The beginning of a URL isn't secret.
      if (end < this.length || part.includes('://')) continue;
      this.parts.add(fold(part));
      this.filter[(hash & (FILTER_BITS - 1)) >>> 5]! |= 1 << (hash & 31);
    }
  }

  /** Adds to `found` where needles and access tokens are in the original of a decoded text. */
  public find({ text, place }: Decoded, found: [number, number][]): void {
    const mark = (from: number, to: number): unknown => found.push([place(from), place(to)]);
    if (text.includes('00D')) {
      for (const { index, 0: token } of text.matchAll(TOKEN)) mark(index, index + token.length);
    }
    const folded = this.words.size > 0 ? fold(text) : '';
    for (const word of this.words) {
      for (let at = folded.indexOf(word); at !== -1; at = folded.indexOf(word, at + 1)) mark(at, at + word.length);
    }
    if (this.parts.size === 0) return;
    let hash = 0;
    for (let end = 1; end <= text.length; end += 1) {
      hash = this.roll(hash, text, end);
      if (end < this.length || !this.mayHold(hash)) continue;
      if (this.parts.has(fold(text.slice(end - this.length, end)))) mark(end - this.length, end);
    }
  }

  private mayHold(hash: number): boolean {
    return ((this.filter[(hash & (FILTER_BITS - 1)) >>> 5]! >>> (hash & 31)) & 1) === 1;
  }

  /** Moves the hash one character on, to the window that ends before `end`. */
  private roll(hash: number, text: string, end: number): number {
    const gone = end > this.length ? foldCode(text.charCodeAt(end - 1 - this.length)) : 0;
    return (Math.imul(hash, BASE) + foldCode(text.charCodeAt(end - 1)) - Math.imul(gone, this.weight)) | 0;
  }
}

/** Forms spell a space as a plus. */
const fold = (text: string): string => text.replaceAll('+', ' ');
const foldCode = (code: number): number => (code === 0x2b ? 0x20 : code);
