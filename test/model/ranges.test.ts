import { expect } from 'chai';
import fc from 'fast-check';
import { countRows, joinRanges, type Range, rowsOf, subtractRanges, toRanges } from '../../src/model/ranges.ts';

/** Any set of positions, ascending. */
const rows = fc.uniqueArray(fc.nat(60), { maxLength: 40 }).map((set) => set.toSorted((a, b) => a - b));

describe('ranges', () => {
  const CASES: [name: string, rows: number[], ranges: Range[]][] = [
    ['none', [], []],
    ['one', [5], [[5, 6]]],
    ['neighbours', [0, 1, 2], [[0, 3]]],
    [
      'with gaps',
      [0, 2, 3, 7],
      [
        [0, 1],
        [2, 4],
        [7, 8],
      ],
    ],
  ];
  for (const [name, positions, ranges] of CASES) {
    it(`toRanges and rowsOf: ${name}`, () => {
      expect(toRanges(positions)).to.deep.equal(ranges);
      expect([...rowsOf(ranges)]).to.deep.equal(positions);
      expect(countRows(ranges)).to.equal(positions.length);
    });
  }

  const DIFFERENCES: [ranges: Range[], taken: Range[], left: Range[]][] = [
    [[[0, 10]], [], [[0, 10]]],
    [[[0, 10]], [[0, 10]], []],
    [
      [[0, 10]],
      [[3, 4]],
      [
        [0, 3],
        [4, 10],
      ],
    ],
    [
      [[0, 10]],
      [
        [0, 2],
        [4, 6],
        [9, 20],
      ],
      [
        [2, 4],
        [6, 9],
      ],
    ],
    [
      [
        [0, 2],
        [4, 6],
      ],
      [[1, 5]],
      [
        [0, 1],
        [5, 6],
      ],
    ],
    [
      [[5, 6]],
      [
        [0, 5],
        [6, 9],
      ],
      [[5, 6]],
    ],
    [[], [[0, 5]], []],
  ];
  for (const [ranges, taken, left] of DIFFERENCES) {
    it(`subtractRanges: ${JSON.stringify(ranges)} less ${JSON.stringify(taken)}`, () => {
      expect(subtractRanges(ranges, taken)).to.deep.equal(left);
    });
  }

  it('subtractRanges and joinRanges do with ranges what sets do with positions, and need the fewest ranges', () => {
    fc.assert(
      fc.property(rows, rows, (one, other) => {
        const without = one.filter((row) => !other.includes(row));
        const left = subtractRanges(toRanges(one), toRanges(other));
        expect([...rowsOf(left)]).to.deep.equal(without);
        const together = [...without, ...other].toSorted((a, b) => a - b);
        expect(joinRanges(left, toRanges(other))).to.deep.equal(toRanges(together));
      }),
    );
  });

  it('toRanges of rowsOf is what it was', () => {
    fc.assert(
      fc.property(rows, (positions) => {
        expect([...rowsOf(toRanges(positions))]).to.deep.equal(positions);
      }),
    );
  });
});
