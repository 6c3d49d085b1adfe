import { expect } from 'chai';
import fc from 'fast-check';
import { ChangeSummary, SIZE_CLASSES } from '../../src/report/change-summary.ts';
import { difference, TopChanges } from '../../src/report/top-changes.ts';
import { changeOf } from './given.ts';

describe('report: movers', () => {
  it('keeps the largest changes, up or down, of equal ones the earlier', () => {
    const counts = fc.array(fc.tuple(fc.option(fc.nat(50)), fc.nat(50)), { maxLength: 60 });
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 8 }), (pairs, keep) => {
        const movers = new TopChanges(keep);
        pairs.forEach(([before, after], at) => movers.add(changeOf(`${at}`, 'https://a', { F__c: [before, after] })));
        const sorted = pairs
          .map(([before, after], at) => ({ id: `${at}`, size: Math.abs(after - (before ?? 0)) }))
          .filter((_, at) => pairs[at]![0] !== pairs[at]![1])
          .sort((a, b) => b.size - a.size);
        expect(movers.list.map(({ id }) => id)).to.deep.equal(sorted.slice(0, keep).map(({ id }) => id));
        expect(movers.counts).to.equal(sorted.length);
      }),
    );
  });

  it('leaves stamps out, and what stays, and counts an empty field as 0', () => {
    const movers = new TopChanges(5);
    movers.add(changeOf('a', 'https://a', { Synced__c: [null, '2026-11-23T07:30:15.000Z'], F__c: [null, 3] }));
    movers.add(changeOf('b', 'https://b', { F__c: [7, null], G__c: [5, 5] }));
    expect(movers.list.map(({ id, before, after }) => [id, before, after])).to.deep.equal([
      ['b', 7, null],
      ['a', null, 3],
    ]);
    expect(movers.counts).to.equal(2);
    expect([difference(null, 4), difference(9, 4), difference(null, 'x')]).to.deep.equal([4, -5, null]);
  });
});

describe('report: digest', () => {
  it('puts every change in the one size class it belongs to', () => {
    fc.assert(
      fc.property(fc.nat(30_000), fc.nat(30_000), (before, after) => {
        fc.pre(before !== after);
        const digest = new ChangeSummary();
        digest.add(changeOf('a', 'https://a', { F__c: [before, after] }));
        const { sizes, total } = digest.fields.get('F__c')!;
        expect(total).to.equal(after - before);
        expect(sizes.reduce((sum, size) => sum + size, 0)).to.equal(1);
        const { least, most } = SIZE_CLASSES[sizes.indexOf(1)]!;
        expect(after - before).to.be.within(least, most);
      }),
    );
  });
});
