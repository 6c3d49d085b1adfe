import { expect } from 'chai';
import { regroup } from '../../src/pipeline/regroup.ts';

async function* chunksOf(...chunks: number[][]): AsyncGenerator<number[]> {
  yield* chunks;
}

async function collect(chunks: AsyncIterable<readonly number[]>): Promise<(readonly number[])[]> {
  const all: (readonly number[])[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return all;
}

describe('regrouping items', () => {
  it('keeps their order, and gives a smaller chunk at the end', async () => {
    const chunks = await collect(regroup(chunksOf([1], [], [2, 3, 4, 5], [6, 7]), () => 3));
    expect(chunks).to.deep.equal([[1, 2, 3], [4, 5, 6], [7]]);
  });

  it('gives nothing for nothing', async () => {
    expect(await collect(regroup(chunksOf([], []), () => 3))).to.deep.equal([]);
  });

  it('follows a size that changes', async () => {
    let size = 1;
    const chunks: (readonly number[])[] = [];
    for await (const chunk of regroup(chunksOf([1, 2, 3, 4, 5]), () => size)) {
      chunks.push(chunk);
      size = 2;
    }
    expect(chunks).to.deep.equal([[1], [2, 3], [4, 5]]);
  });
});
