import { expect } from 'chai';
import { chunksOf, type AscendingRun, AscendingRuns } from '../../src/model/ascending-runs.ts';

/** The stretches of changes of records with these ids, in steps. */
function stretchesOf(...steps: readonly string[][]): AscendingRun[] {
  const stretches = new AscendingRuns();
  for (const ids of steps) stretches.note(ids);
  return stretches.list();
}

describe('the stretches of a plan', () => {
  it('are one where ids ascend, however the steps are cut', () => {
    expect(stretchesOf()).to.deep.equal([]);
    expect(stretchesOf([])).to.deep.equal([]);
    expect(stretchesOf(['a'])).to.deep.equal([{ rows: [0, 1], ids: ['a', 'a'] }]);
    expect(stretchesOf(['a', 'b'], [], ['c', 'Z9'], ['d'])).to.deep.equal([
      { rows: [0, 3], ids: ['a', 'c'] },
      { rows: [3, 5], ids: ['Z9', 'd'] },
    ]);
  });

  it('start over where an id does not ascend, within a step too; the same id twice is no ascent', () => {
    expect(stretchesOf(['b', 'c', 'a'], ['b', 'b'])).to.deep.equal([
      { rows: [0, 2], ids: ['b', 'c'] },
      { rows: [2, 4], ids: ['a', 'b'] },
      { rows: [4, 5], ids: ['b', 'b'] },
    ]);
  });

  it('are kept apart up to fifty; the rest is one that says nothing of its ids', () => {
    const falling = Array.from({ length: 1000 }, (_, index) => String(9999 - index));
    const stretches = stretchesOf(falling);
    expect(stretches).to.have.length(51);
    expect(stretches[49]).to.deep.equal({ rows: [49, 50], ids: ['9950', '9950'] });
    expect(stretches[50]).to.deep.equal({ rows: [50, 1000], ids: null });
  });

  it('leave of themselves what ranges hold', () => {
    const stretches = stretchesOf(['a', 'b', 'c', 'd'], ['a', 'b']);
    expect(chunksOf(stretches, [[0, 6]])).to.deep.equal([
      { changes: 4, ids: ['a', 'd'] },
      { changes: 2, ids: ['a', 'b'] },
    ]);
    expect(
      chunksOf(stretches, [
        [1, 2],
        [3, 5],
      ]),
    ).to.deep.equal([
      { changes: 2, ids: ['a', 'd'] },
      { changes: 1, ids: ['a', 'b'] },
    ]);
    expect(chunksOf(stretches, [[4, 6]])).to.deep.equal([{ changes: 2, ids: ['a', 'b'] }]);
    expect(chunksOf(stretches, [])).to.deep.equal([]);
  });
});
