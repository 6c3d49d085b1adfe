import { digitOf } from './record-id.ts';

/** One of `count` shards of the records; `index` counts from 1. */
export type Shard = { readonly index: number; readonly count: number };

/** The most shards records are split into. */
const MOST_SHARDS = 1000;

/** Parses `I/N`, 1 ≤ I ≤ N ≤ 1000. Returns `undefined` for anything else. */
export function parseShard(text: string): Shard | undefined {
  const [, index, count] = /^([1-9]\d{0,3})\/([1-9]\d{0,3})$/.exec(text) ?? [];
  const shard = { index: Number(index), count: Number(count) };
  return shard.index <= shard.count && shard.count <= MOST_SHARDS ? shard : undefined;
}

/** 2^32 divided by the golden ratio, rounded to a prime. */
const GOLDEN = 0x9e3779b1;

/**
 * Whether a record is in the shard, decided only by the 15 characters of its id, a number in base 62. Multiples of the
 * golden ratio spread over a circle more evenly than random numbers, whether ids are consecutive or have gaps. Each
 * shard is an equal arc of the circle.
 */
export function isInShard(id: string, { index, count }: Shard): boolean {
  let serial = 0;
  for (let at = 0; at < 15; at += 1) serial = (Math.imul(serial, 62) + digitOf(id.charCodeAt(at))) | 0;
  const place = (Math.imul(serial, GOLDEN) >>> 0) / 2 ** 32;
  return Math.floor(place * count) === index - 1;
}
