const SHAPE = /^[0-9A-Za-z]{15}(?:[A-Z0-5]{3})?$/;
const SUFFIXES = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
/**
 * The number of characters of an id without its checksum, of the key prefix that identifies the object, and of the part
 * each checksum character covers.
 */
export const ID_LENGTH = 15;
const PREFIX_LENGTH = 3;
const BLOCK = 5;

/** Whether `text` is a record id: 15 characters, or 18 with a valid checksum. */
export const isRecordId = (text: string): boolean =>
  SHAPE.test(text) && (text.length === ID_LENGTH || hasChecksum(text, 0));

/**
 * Verifies the three checksum characters of the id at `start` of `text`: each has one bit for each of five characters,
 * set for a capital (Object Reference, "ID Field Type").
 */
export function hasChecksum(text: string, start: number): boolean {
  for (let block = 0; block < ID_LENGTH / BLOCK; block += 1) {
    const suffix = SUFFIXES.charCodeAt(capitals(text, start + block * BLOCK));
    if (text.charCodeAt(start + ID_LENGTH + block) !== suffix) return false;
  }
  return true;
}

/** The 18-character form of an id of 15 or 18 characters. */
export function toLongId(id: string): string {
  if (id.length !== ID_LENGTH) return id;
  const blocks = [0, BLOCK, 2 * BLOCK];
  return id + blocks.map((start) => SUFFIXES[capitals(id, start)]).join('');
}

/** One bit for each of five characters, set for a capital. */
function capitals(text: string, start: number): number {
  let bits = 0;
  for (let at = 0; at < BLOCK; at += 1) {
    const code = text.charCodeAt(start + at);
    if (code >= 65 && code <= 90) bits |= 1 << at;
  }
  return bits;
}

/** The three characters that identify the object of a record. */
export const keyPrefixOf = (id: string): string => id.slice(0, PREFIX_LENGTH);

/** The digit a character of an id stands for: 0-9, A-Z, a-z. */
export function digitOf(code: number): number {
  if (code <= 57) return code - 48;
  return code <= 90 ? code - 55 : code - 61;
}

/** The number of ids the first buffer holds. */
const FIRST = 1 << 10;
/** 2^32 divided by the golden ratio, rounded to a prime. */
const GOLDEN = 0x9e3779b1;

/**
 * Finds duplicate ids. Ids that ascend have none; others must be kept, in eight bytes each. Among ids with the same
 * first five characters, as is usual in an org, a duplicate is never reported in error; among others, with a
 * probability of 2^-64 for each pair.
 */
export class IdRegister {
  private readonly keeps: boolean;
  private keys = new BigUint64Array(FIRST);
  private halves = new Uint32Array(this.keys.buffer);
  private ascends = true;
  private last = ' ';

  public size = 0;

  /** `keeps` says whether the ids are kept, which doubles the time it takes to check them. */
  public constructor(keeps: boolean) {
    this.keeps = keeps;
  }

  /** Whether {@link findRepeated} can find duplicates. */
  public get isSure(): boolean {
    return this.ascends || this.keeps;
  }

  public add(id: string): void {
    // The 18-character form of an id sorts right after its 15-character form and is the same id.
    if (id <= this.last || id.startsWith(this.last)) this.ascends = false;
    this.last = id;
    if (this.keeps) this.keep(id);
    this.size += 1;
  }

  private keep(id: string): void {
    if (this.size === this.keys.length) this.grow();
    this.halves[2 * this.size] = (number(id, 10, 15) + Math.imul(number(id, 0, 5), GOLDEN)) >>> 0;
    this.halves[2 * this.size + 1] = number(id, 5, 10);
  }

  /** The position, in the order of adding, of an id that was added before; -1 if there is none. */
  public findRepeated(): number {
    if (this.ascends) return -1;
    const keys = this.keys.subarray(0, this.size);
    const sorted = keys.slice().sort();
    const at = sorted.findIndex((key, index) => index > 0 && key === sorted[index - 1]);
    return at === -1 ? -1 : keys.indexOf(sorted[at]!, keys.indexOf(sorted[at]!) + 1);
  }

  private grow(): void {
    const keys = new BigUint64Array(2 * this.keys.length);
    keys.set(this.keys);
    this.keys = keys;
    this.halves = new Uint32Array(keys.buffer);
  }
}

/** The characters of an id as a number in base 62. Five characters are below 2^30. */
function number(id: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at += 1) value = value * 62 + digitOf(id.charCodeAt(at));
  return value;
}
