const SHAPE = /^[0-9A-Za-z]{15}(?:[A-Z0-5]{3})?$/;
const SUFFIXES = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
/** Characters of an id without its checksum, of the key prefix that tells the object, and of each part of the checksum. */
export const ID_LENGTH = 15;
const PREFIX_LENGTH = 3;
const BLOCK = 5;

/** Whether `text` is the id of a record: 15 characters, or 18 of which the last three are the checksum of the others. */
export const isRecordId = (text: string): boolean =>
  SHAPE.test(text) && (text.length === ID_LENGTH || hasChecksum(text, 0));

/**
 * Whether the three characters after the 15 of an id at `start` of `text` are right: each has a bit for five characters,
 * set where these are capitals (Object Reference, "ID Field Type").
 */
export function hasChecksum(text: string, start: number): boolean {
  for (let block = 0; block < ID_LENGTH / BLOCK; block += 1) {
    const suffix = SUFFIXES.charCodeAt(capitals(text, start + block * BLOCK));
    if (text.charCodeAt(start + ID_LENGTH + block) !== suffix) return false;
  }
  return true;
}

/** The 18 characters of an id of 15 or 18. */
export function toLongId(id: string): string {
  if (id.length !== ID_LENGTH) return id;
  const blocks = [0, BLOCK, 2 * BLOCK];
  return id + blocks.map((start) => SUFFIXES[capitals(id, start)]).join('');
}

/** Which of five characters are capitals, a bit each. */
function capitals(text: string, start: number): number {
  let bits = 0;
  for (let at = 0; at < BLOCK; at += 1) {
    const code = text.charCodeAt(start + at);
    if (code >= 65 && code <= 90) bits |= 1 << at;
  }
  return bits;
}

/** The three characters that tell which object a record is of. */
export const keyPrefixOf = (id: string): string => id.slice(0, PREFIX_LENGTH);

/** The digit that a character of an id stands for: 0-9, A-Z, a-z. */
export function digitOf(code: number): number {
  if (code <= 57) return code - 48;
  return code <= 90 ? code - 55 : code - 61;
}

/** Ids of the first batch of memory. */
const FIRST = 1 << 10;
/** 2^32 divided by the golden ratio, as the next prime. */
const GOLDEN = 0x9e3779b1;

/**
 * Finds ids that come more than once: where they ascend, none does; otherwise they are to be kept, in eight bytes for
 * each. Of ids whose first five characters are the same, as they mostly are in an org, no two are taken for one; of
 * others a pair among 2^64.
 */
export class IdRegister {
  private readonly keeps: boolean;
  private keys = new BigUint64Array(FIRST);
  private halves = new Uint32Array(this.keys.buffer);
  private ascends = true;
  private last = ' ';

  /** How many ids were added. */
  public size = 0;

  /** `keeps` says whether the ids are kept: it takes as long as all else that is done to check them. */
  public constructor(keeps: boolean) {
    this.keeps = keeps;
  }

  /** Whether {@link findRepeated} can tell. */
  public get isSure(): boolean {
    return this.ascends || this.keeps;
  }

  public add(id: string): void {
    // The long form of an id comes right after the short one, and is the same.
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

  /** The position, in the order they were added, of an id that was there before; -1 where each is there once. */
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

/** The characters of an id as a number in base 62: five are below 2^30. */
function number(id: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at += 1) value = value * 62 + digitOf(id.charCodeAt(at));
  return value;
}
