import { hash } from 'node:crypto';
import { ok, type Reading } from '../model/reading.ts';

/**
 * URLs that share a bucket: where it is full, the oldest of them makes room. With 32, none has to before 50,000 URLs came
 * to 131,072 places; with 8, some hundred would.
 */
const BUCKET = 32;
/** Words of 32 bits that are kept of a URL's SHA-256: no two URLs of the world have the same four. */
const WORDS = 4;
/** Different reasons remembered; a URL with yet another one is asked again. */
const MAX_REASONS = 1000;

/**
 * The readings of the URLs last asked, in arrays of numbers that never grow: some 30 bytes a URL, and nothing for the
 * garbage collector to do. As a map of strings they would be garbage in its old space, some 300 bytes of each record of a
 * run. Each URL has a place until another one needs it.
 */
export class KnownReadings {
  private readonly buckets: number;
  private readonly perBucket: number;
  private readonly keys: Uint32Array;
  /** At each place: 0 where no reading is known, a count plus one, or the negative number of a reason. */
  private readonly values: Float64Array;
  /** Of each bucket, how many places were given away, modulo its size. */
  private readonly given: Uint8Array;
  private readonly reasons: Reading[] = [];
  private readonly reasonNumbers = new Map<string, number>();

  /** `size` is the number of places. */
  public constructor(size: number) {
    this.perBucket = Math.min(BUCKET, size);
    this.buckets = Math.floor(size / this.perBucket);
    this.keys = new Uint32Array(this.places * WORDS);
    this.values = new Float64Array(this.places);
    this.given = new Uint8Array(this.buckets);
  }

  public get places(): number {
    return this.buckets * this.perBucket;
  }

  /** The place of a URL. One that has none is given one, with no reading. */
  public placeOf(url: string): number {
    return this.placeAt(hash('sha256', url, 'binary'));
  }

  /** The same by the key of a URL. */
  public placeOfKey(key: string): number {
    return this.placeAt(Buffer.from(key, 'base64').toString('latin1'));
  }

  /** What stands for the URL that has a place, now and in any other process: 24 characters. */
  public keyAt(place: number): string {
    return Buffer.from(this.keys.buffer, place * WORDS * 4, WORDS * 4).toString('base64');
  }

  private placeAt(digest: string): number {
    const word = wordOf(digest, 0);
    const bucket = word % this.buckets;
    const first = bucket * this.perBucket;
    for (let place = first; place < first + this.perBucket; place += 1) {
      if (this.keys[place * WORDS] === word && this.holds(place, digest)) return place;
    }
    const given = this.given[bucket]!;
    this.given[bucket] = (given + 1) % this.perBucket;
    this.give(first + given, digest);
    return first + given;
  }

  public get(place: number): Reading | undefined {
    const value = this.values[place]!;
    if (value === 0) return undefined;
    return value > 0 ? ok(value - 1) : this.reasons[-value - 1];
  }

  public set(place: number, reading: Reading): void {
    this.values[place] = reading.state === 'ok' ? reading.count + 1 : -this.numberOf(reading);
  }

  /** The number of a reason, from 1; 0 where there are too many. */
  private numberOf(reading: Exclude<Reading, { state: 'ok' }>): number {
    const name = `${reading.state} ${reading.reason}`;
    const known = this.reasonNumbers.get(name);
    if (known !== undefined || this.reasons.length === MAX_REASONS) return known ?? 0;
    const number = this.reasons.push(reading);
    this.reasonNumbers.set(name, number);
    return number;
  }

  private holds(place: number, digest: string): boolean {
    for (let word = 0; word < WORDS; word += 1) {
      if (this.keys[place * WORDS + word] !== wordOf(digest, word)) return false;
    }
    return true;
  }

  private give(place: number, digest: string): void {
    for (let word = 0; word < WORDS; word += 1) this.keys[place * WORDS + word] = wordOf(digest, word);
    this.values[place] = 0;
  }
}

/** The `index`-th 32 bits of a digest, four characters of one byte each. */
function wordOf(digest: string, index: number): number {
  const byte = (at: number): number => digest.charCodeAt(index * 4 + at);
  return (byte(0) | (byte(1) << 8) | (byte(2) << 16) | (byte(3) << 24)) >>> 0;
}
