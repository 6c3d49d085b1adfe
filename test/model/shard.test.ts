import { expect } from 'chai';
import { isInShard, parseShard } from '../../src/model/shard.ts';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The id with this serial number, as an org gives them: one after the other, in base 62. */
function idOf(serial: number): string {
  let [digits, rest] = ['', serial];
  for (; rest > 0; rest = Math.floor(rest / 62)) digits = DIGITS[rest % 62]! + digits;
  return `a01Em0${digits.padStart(9, '0')}`;
}

const idsFrom = (count: number, serialOf: (index: number) => number): string[] =>
  Array.from({ length: count }, (_, index) => idOf(serialOf(index)));

/** The number of the shard that has the id; throws where it is not exactly one. */
function shardOf(id: string, count: number): number {
  const all = Array.from({ length: count }, (_, at) => at + 1).filter((index) => isInShard(id, { index, count }));
  expect(all, id).to.have.length(1);
  return all[0]!;
}

/** How far the fullest or emptiest of `count` shards is from an even part, as a fraction. */
function unevenness(ids: readonly string[], count: number): number {
  const sizes = Array.from(
    { length: count },
    (_, at) => ids.filter((id) => isInShard(id, { index: at + 1, count })).length,
  );
  expect(sizes.reduce((sum, size) => sum + size)).to.equal(ids.length);
  const even = ids.length / count;
  return Math.max(...sizes.map((size) => Math.abs(size - even) / even));
}

describe('--shard', () => {
  for (const [text, shard] of [
    ['1/1', { index: 1, count: 1 }],
    ['8/8', { index: 8, count: 8 }],
    ['3/1000', { index: 3, count: 1000 }],
  ] as const) {
    it(`${text} is shard ${shard.index} of ${shard.count}`, () => expect(parseShard(text)).to.deep.equal(shard));
  }

  for (const text of [
    '0/8',
    '9/8',
    '1/1001',
    '1/0',
    '1',
    '/8',
    '1/',
    '1/8/2',
    '-1/8',
    '1.5/8',
    '01/8',
    ' 1/8',
    '1/8x',
    '',
  ]) {
    it(`"${text}" is none`, () => expect(parseShard(text)).to.equal(undefined));
  }

  it('every record is in exactly one, however many there are', () => {
    for (const count of [1, 2, 3, 7, 8, 64, 1000]) {
      for (const id of idsFrom(50, (index) => index * 977)) shardOf(id, count);
    }
  });

  it('a record is in the same by its 15 and by its 18 characters, and case tells ids apart', () => {
    for (const id of idsFrom(200, (index) => 3_000_000 + index)) {
      expect(shardOf(id, 8)).to.equal(shardOf(`${id}AAA`, 8));
    }
    const lower = idsFrom(62, (index) => index).filter((id) => shardOf(id, 8) !== shardOf(id.toLowerCase(), 8));
    expect(lower).to.have.length.above(10);
  });

  it('a record stays in its shard across versions', () => {
    const ids = ['a01Em0000000001', 'a01Em0000000002', 'a01Em000000zzzz', 'a015g00000AbCdE', '0015g00000AbCdE'];
    expect(ids.map((id) => shardOf(id, 8))).to.deep.equal([8, 5, 5, 6, 1]);
  });

  const PATTERNS: [name: string, serialOf: (index: number) => number][] = [
    ['one after the other', (index) => index],
    ['one after the other, from somewhere', (index) => 62 ** 5 * 7 + 12_345 + index],
    ['in blocks, as several servers give them', (index) => Math.floor(index / 200) * 100_003 + (index % 200)],
    ['most of them deleted', (index) => index * 7 + ((index * index) % 5)],
    ...[2, 3, 4, 5, 8, 10, 16, 50, 62, 64, 100, 124, 200, 256, 1000, 1024, 3844, 4096, 10_000, 62 ** 3].map(
      (step): [string, (index: number) => number] => [`in steps of ${step}`, (index) => 99 + index * step],
    ),
  ];
  for (const [name, serialOf] of PATTERNS) {
    it(`10,000 ids ${name}: 8 shards are even within 5 %`, () => {
      expect(unevenness(idsFrom(10_000, serialOf), 8)).to.be.below(0.05);
    });
  }

  it('other numbers of shards are even as well', () => {
    const ids = idsFrom(10_000, (index) => 500 + index);
    for (const count of [2, 3, 5, 12, 20, 50]) expect(unevenness(ids, count), `${count}`).to.be.below(0.05);
  });
});
