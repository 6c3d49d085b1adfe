import { expect } from 'chai';
import fc from 'fast-check';
import { ChangeSummary, SIZE_CLASSES } from '../../src/report/change-summary.ts';
import { difference, TopChanges } from '../../src/report/top-changes.ts';
import { changeOf } from './fixtures.ts';

describe('report: top changes', () => {
  it('keeps the articles with the largest sum of absolute changes, of equal ones the earlier', () => {
    const count = fc.tuple(fc.option(fc.nat(50)), fc.nat(50));
    const articles = fc.array(fc.tuple(count, count), { maxLength: 60 });
    fc.assert(
      fc.property(articles, fc.integer({ min: 1, max: 8 }), (all, keep) => {
        const top = new TopChanges(keep);
        all.forEach(([F__c, G__c], at) => top.add(changeOf(`${at}`, 'https://a', { F__c, G__c })));
        const sorted = all
          .map((pairs, at) => ({
            id: `${at}`,
            changes: pairs.some(([before, after]) => before !== after),
            size: pairs.reduce((sum, [before, after]) => sum + Math.abs(after - (before ?? 0)), 0),
          }))
          .filter(({ changes }) => changes)
          .sort((a, b) => b.size - a.size);
        expect(top.list.map(({ id }) => id)).to.deep.equal(sorted.slice(0, keep).map(({ id }) => id));
        expect(top.articles).to.equal(sorted.length);
      }),
    );
  });

  it('leaves out articles of which only the stamp changes, or nothing, and counts an empty field as 0', () => {
    const top = new TopChanges(5);
    top.add(changeOf('a', 'https://a', { Synced__c: [null, '2026-11-23T07:30:15.000Z'], F__c: [null, 3] }));
    top.add(changeOf('b', 'https://b', { F__c: [7, null], G__c: [5, 5] }));
    top.add(changeOf('c', 'https://c', { Synced__c: [null, '2026-11-23T07:30:15.000Z'], F__c: [4, 4] }));
    expect(top.list.map(({ id }) => id)).to.deep.equal(['b', 'a']);
    expect(top.articles).to.equal(2);
    expect([difference(null, 4), difference(9, 4), difference(null, 'x')]).to.deep.equal([4, -5, null]);
  });
});

describe('report: summary', () => {
  it('puts every change in the one size class it belongs to', () => {
    fc.assert(
      fc.property(fc.nat(30_000), fc.nat(30_000), (before, after) => {
        fc.pre(before !== after);
        const summary = new ChangeSummary();
        summary.add(changeOf('a', 'https://a', { F__c: [before, after] }));
        const { sizes, total } = summary.fields.get('F__c')!;
        expect(total).to.equal(after - before);
        expect(sizes.reduce((sum, size) => sum + size, 0)).to.equal(1);
        const { least, most } = SIZE_CLASSES[sizes.indexOf(1)]!;
        expect(after - before).to.be.within(least, most);
      }),
    );
  });

  it('adds up the changes of each author, and knows no more than 10,000 of them', () => {
    const summary = new ChangeSummary();
    summary.add(changeOf('a', 'https://a', { F__c: [1, 4], G__c: [9, 2] }, { author: 'Ada' }));
    summary.add(changeOf('b', 'https://b', { F__c: [null, 5] }, { author: 'Ada' }));
    summary.add(changeOf('c', 'https://c', { F__c: [0, 1] }));
    expect([...summary.authors]).to.deep.equal([
      ['Ada', { articles: 2, size: 15, totals: { F__c: 8, G__c: -7 } }],
      ['', { articles: 1, size: 1, totals: { F__c: 1 } }],
    ]);
    for (let at = 0; at < 10_010; at += 1) {
      summary.add(changeOf(`${at}`, 'https://d', { F__c: [0, 1] }, { author: `Author ${at}` }));
    }
    expect(summary.authors.size).to.equal(10_000);
    expect(summary.authors.get('')?.articles).to.equal(13);
  });
});
