import { expect } from 'chai';
import { isInShard } from '../../src/model/shard.ts';
import { shardRecords } from '../../src/pipeline/shard-records.ts';

describe('shardRecords', () => {
  const idOf = (index: number): string => `a01Em00000${String(10_000 + index)}`;
  const all = Array.from({ length: 100 }, (_, index) => ({
    id: idOf(index),
    url: `https://a.example.com/${index}`,
    stored: {},
  }));
  const pages = async function* (size: number): AsyncGenerator<typeof all> {
    for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size);
  };
  const collect = async (size: number, index: number, after: string | null = null): Promise<string[][]> => {
    const kept: string[][] = [];
    const shard = { index, count: 8 };
    for await (const page of shardRecords(pages(size), shard, after)) kept.push(page.map(({ id }) => id));
    return kept;
  };

  it('keeps the records of the shard, in order; a page without any is none', async () => {
    const wanted = all.map(({ id }) => id).filter((id) => isInShard(id, { index: 3, count: 8 }));
    expect(wanted).to.have.length.within(8, 20);
    expect((await collect(30, 3)).flat()).to.deep.equal(wanted);
    expect(await collect(1, 3)).to.deep.equal(wanted.map((id) => [id]));
  });

  it('all shards together are all records', async () => {
    const parts = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((index) => collect(30, index)));
    expect(parts.flat(2).toSorted()).to.deep.equal(all.map(({ id }) => id));
  });

  it('goes on after the last record that was counted', async () => {
    const whole = (await collect(30, 3)).flat();
    expect((await collect(30, 3, whole[4])).flat()).to.deep.equal(whole.slice(5));
    expect(await collect(30, 3, whole.at(-1))).to.deep.equal([]);
  });
});
