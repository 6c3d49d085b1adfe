const SHARDS = 256;
const FIRST_CAPACITY = 16;
const GROWTH = 1.4;
const FULLEST = 0.85;
/** Words of 32 bits that hold the hash of an entry. */
const HASH_WORDS = 2;

/** Entries by open addressing. A capacity is not a power of two, so that growing by less than half is possible. */
type Shard = { words: Uint32Array; capacity: number; size: number };

/** A hash of 64 bits in two words. 0, 0 stands for no entry, and is no hash. */
export type Hash = { readonly high: number; readonly low: number };

/**
 * Numbers of 32 bits by 64-bit hashes, in arrays of numbers: 8 bytes and 4 for each column, times 1.2 to 1.6. It is split
 * into shards that grow one at a time, as a table that is copied as a whole needs its memory twice.
 */
export class HashTable {
  private readonly stride: number;
  private readonly shards: Shard[];

  public constructor(columns: number) {
    this.stride = HASH_WORDS + columns;
    this.shards = Array.from({ length: SHARDS }, () => this.emptyShard(FIRST_CAPACITY));
  }

  /** The number of entries. */
  public get size(): number {
    return this.shards.reduce((sum, { size }) => sum + size, 0);
  }

  /** The cell of a hash, to be used before the next {@link add}; `undefined` where it has no entry. */
  public find(hash: Hash): Cell | undefined {
    const shard = this.shardOf(hash);
    const at = this.indexOf(shard, hash);
    return isEntry(shard.words, at) ? { words: shard.words, at: at + HASH_WORDS } : undefined;
  }

  /** The same; where there was no entry, one whose numbers are 0. */
  public add(hash: Hash): Cell & { readonly isNew: boolean } {
    const shard = this.shardOf(hash);
    if (shard.size >= shard.capacity * FULLEST) this.grow(shard);
    const at = this.indexOf(shard, hash);
    const isNew = !isEntry(shard.words, at);
    if (isNew) {
      shard.words[at] = hash.high;
      shard.words[at + 1] = hash.low;
      shard.size += 1;
    }
    return { words: shard.words, at: at + HASH_WORDS, isNew };
  }

  /** The cells of all entries, in no order. */
  public *cells(): Generator<Cell, void, undefined> {
    for (const { words } of this.shards) {
      for (let at = 0; at < words.length; at += this.stride) {
        if (isEntry(words, at)) yield { words, at: at + HASH_WORDS };
      }
    }
  }

  /** All entries, hash and numbers, as words of 32 bits, some thousand at a time. */
  public *chunks(): Generator<Uint32Array, void, undefined> {
    for (const { words, size } of this.shards) {
      const entries = new Uint32Array(size * this.stride);
      let to = 0;
      for (let from = 0; from < words.length; from += this.stride) {
        if (!isEntry(words, from)) continue;
        entries.set(words.subarray(from, from + this.stride), to);
        to += this.stride;
      }
      yield entries;
    }
  }

  /** Adds the entries that the {@link chunks} of a table with as many columns hold. */
  public restore(entries: Uint32Array): void {
    for (let from = 0; from + this.stride <= entries.length; from += this.stride) {
      const { words, at } = this.add({ high: entries[from]!, low: entries[from + 1]! });
      words.set(entries.subarray(from + HASH_WORDS, from + this.stride), at);
    }
  }

  private shardOf({ low }: Hash): Shard {
    return this.shards[low % SHARDS]!;
  }

  /** Where the entry of a hash is, or would be. */
  private indexOf({ words, capacity }: Shard, { high, low }: Hash): number {
    for (let index = high % capacity; ; index = (index + 1) % capacity) {
      const at = index * this.stride;
      if (!isEntry(words, at) || (words[at] === high && words[at + 1] === low)) return at;
    }
  }

  private grow(shard: Shard): void {
    const { words } = shard;
    Object.assign(shard, this.emptyShard(Math.ceil(shard.capacity * GROWTH)));
    for (let from = 0; from < words.length; from += this.stride) {
      if (!isEntry(words, from)) continue;
      const at = this.indexOf(shard, { high: words[from]!, low: words[from + 1]! });
      shard.words.set(words.subarray(from, from + this.stride), at);
      shard.size += 1;
    }
  }

  private emptyShard(capacity: number): Shard {
    return { words: new Uint32Array(capacity * this.stride), capacity, size: 0 };
  }
}

/** The numbers of an entry: `words[at]` is that of the first column. */
export type Cell = { readonly words: Uint32Array; readonly at: number };

const isEntry = (words: Uint32Array, at: number): boolean => words[at] !== 0 || words[at + 1] !== 0;
