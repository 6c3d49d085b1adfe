const SHARDS = 256;
const FIRST_CAPACITY = 16;
const GROWTH = 1.4;
const FULLEST = 0.85;
/** 32-bit words for the hash of an entry. */
const HASH_WORDS = 2;

/** Entries with open addressing. Capacities aren't powers of two, so that a shard can grow by less than half. */
type Shard = { words: Uint32Array; capacity: number; size: number };

/** A 64-bit hash in two words. 0, 0 marks an empty entry and is never a hash. */
export type Hash = { readonly high: number; readonly low: number };

/**
 * Maps 64-bit hashes to 32-bit numbers in typed arrays: 8 bytes plus 4 per column, times 1.2 to 1.6. Shards grow one at
 * a time, because copying the whole table would need its memory twice.
 */
export class HashTable {
  private readonly stride: number;
  private readonly shards: Shard[];

  public constructor(columns: number) {
    this.stride = HASH_WORDS + columns;
    this.shards = Array.from({ length: SHARDS }, () => this.emptyShard(FIRST_CAPACITY));
  }

  public get size(): number {
    return this.shards.reduce((sum, { size }) => sum + size, 0);
  }

  /** Finds the cell of a hash, valid until the next {@link add}; `undefined` if it has no entry. */
  public find(hash: Hash): HashEntry | undefined {
    const shard = this.shardOf(hash);
    const at = this.indexOf(shard, hash);
    return isEntry(shard.words, at) ? { words: shard.words, at: at + HASH_WORDS } : undefined;
  }

  /** Finds the cell of a hash, or adds one whose numbers are 0. */
  public add(hash: Hash): HashEntry & { readonly isNew: boolean } {
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

  /** The cells of all entries, in no particular order. */
  public *cells(): Generator<HashEntry, void, undefined> {
    for (const { words } of this.shards) {
      for (let at = 0; at < words.length; at += this.stride) {
        if (isEntry(words, at)) yield { words, at: at + HASH_WORDS };
      }
    }
  }

  /** All entries, hash and numbers, as 32-bit words, some thousand at a time. */
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

  /** Adds the entries in the {@link chunks} of a table with the same number of columns. */
  public restore(entries: Uint32Array): void {
    for (let from = 0; from + this.stride <= entries.length; from += this.stride) {
      const { words, at } = this.add({ high: entries[from]!, low: entries[from + 1]! });
      words.set(entries.subarray(from + HASH_WORDS, from + this.stride), at);
    }
  }

  private shardOf({ low }: Hash): Shard {
    return this.shards[low % SHARDS]!;
  }

  /** The index of a hash's entry, or where it would be. */
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

/** The numbers of an entry; `words[at]` is that of the first column. */
export type HashEntry = { readonly words: Uint32Array; readonly at: number };

const isEntry = (words: Uint32Array, at: number): boolean => words[at] !== 0 || words[at + 1] !== 0;
