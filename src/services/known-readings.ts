import { hash } from 'node:crypto';
import { ok, type Reading } from '../model/reading.ts';

/**
 * URLs per bucket; in a full bucket, the oldest is replaced. With 32, none is replaced before 50,000 URLs in 131,072
 * places; with 8, some hundred are.
 */
const BUCKET = 32;
/** 32-bit words kept of a URL's SHA-256: 128 bits don't collide in practice. */
const WORDS = 4;
/** The most distinct reasons kept; a URL with another reason is requested again. */
const MAX_REASONS = 1000;

/**
 * Caches the latest readings by URL in typed arrays of fixed size: some 30 bytes per URL, and no garbage. A map of
 * strings would leave some 300 bytes of garbage in the old space for each record of a run. A URL keeps its place until
 * another one needs it.
 */
export class KnownReadings {
  private readonly buckets: number;
  private readonly perBucket: number;
  private readonly keys: Uint32Array;
  /** By place: 0 if no reading is known, a count plus one, or the negative number of a reason. */
  private readonly values: Float64Array;
  /** By bucket: the number of places assigned, modulo its size. */
  private readonly given: Uint8Array;
  private readonly reasons: Reading[] = [];
  private readonly reasonNumbers = new Map<string, number>();

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

  /** The place of a URL. A new URL is assigned one without a reading. */
  public placeOf(url: string): number {
    return this.placeAt(hash('sha256', url, 'binary'));
  }

  /** The place of a URL by its key. */
  public placeOfKey(key: string): number {
    return this.placeAt(Buffer.from(key, 'base64').toString('latin1'));
  }

  /** The key of the URL at a place, valid in any process: 24 characters. */
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

  /** The number of a reason, from 1; 0 if there are too many. */
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

/** The `index`-th 32 bits of a digest, from four characters of one byte each. */
function wordOf(digest: string, index: number): number {
  const byte = (at: number): number => digest.charCodeAt(index * 4 + at);
  return (byte(0) | (byte(1) << 8) | (byte(2) << 16) | (byte(3) << 24)) >>> 0;
}
