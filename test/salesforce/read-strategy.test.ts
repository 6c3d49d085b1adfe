import { expect } from 'chai';
import {
  bulkReadRequests,
  chooseReadStrategy,
  chooseRereadStrategy,
  isWorthCounting,
} from '../../src/salesforce/read-strategy.ts';

describe('choosing how records are read', () => {
  const READINGS: readonly [total: number, pageSize: number, expected: object][] = [
    [0, 0, { method: 'pages', pages: 0, bulk: 9 }],
    [1500, 1500, { method: 'pages', pages: 0, bulk: 9 }],
    [10_000, 2000, { method: 'pages', pages: 4, bulk: 9 }],
    [20_000, 2000, { method: 'pages', pages: 9, bulk: 9 }],
    [20_001, 2000, { method: 'bulk', pages: 10, bulk: 9 }],
    [2001, 200, { method: 'bulk', pages: 10, bulk: 9 }],
    [1_000_000, 2000, { method: 'bulk', pages: 499, bulk: 9 }],
    [10_000_000, 2000, { method: 'bulk', pages: 4999, bulk: 45 }],
  ];
  for (const [total, pageSize, expected] of READINGS) {
    it(`${total} records in pages of ${pageSize}: ${JSON.stringify(expected)}`, () => {
      expect(chooseReadStrategy(total, pageSize)).to.deep.equal(expected);
    });
  }

  const REREADINGS: readonly [changes: number, records: number, expected: object][] = [
    [18_000, 18_000, { method: 'ids', ids: 9, bulk: 9 }],
    [18_001, 18_001, { method: 'bulk', ids: 10, bulk: 9 }],
    [30_000, 600_000, { method: 'bulk', ids: 15, bulk: 9 }],
    [30_000, 600_001, { method: 'ids', ids: 15, bulk: 9 }],
    [30_000, 5_000_000, { method: 'ids', ids: 15, bulk: 27 }],
    [1_000_000, 1_000_000, { method: 'bulk', ids: 500, bulk: 9 }],
    [1_000_000, 20_000_000, { method: 'bulk', ids: 500, bulk: 90 }],
  ];
  for (const [changes, records, expected] of REREADINGS) {
    it(`${changes} changes among ${records} records: ${JSON.stringify(expected)}`, () => {
      expect(chooseRereadStrategy(changes, records)).to.deep.equal(expected);
    });
  }

  it('asks how many records there are only where a bulk query may be worth it', () => {
    expect([1, 2000, 20_000].filter(isWorthCounting)).to.deep.equal([]);
    expect([20_001, 1_000_000].filter(isWorthCounting)).to.deep.equal([20_001, 1_000_000]);
  });

  it('a bulk query takes as many jobs as its rows need', () => {
    expect([0, 1, 2_000_000, 2_000_001].map(bulkReadRequests)).to.deep.equal([9, 9, 9, 18]);
  });
});
