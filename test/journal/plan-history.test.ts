import { expect } from 'chai';
import { HistoryCheck } from '../../src/journal/plan-history.ts';
import type { HistoryRow } from '../../src/model/history.ts';
import type { PlanHeader } from '../../src/model/plan.ts';
import { idOf, ORG } from '../model/run-fixtures.ts';

const HEADER: PlanHeader = {
  ...{ plan: 1, runId: '20261123T073015Z-4f2a1c', createdAt: '2026-11-23T07:30:15.000Z', org: ORG },
  ...{ sobject: 'Byline__c', urlField: 'Published_URL__c', fields: { twitter: 'Tweets__c' }, stampField: null },
  history: {
    ...{ sobject: 'Byline_Count__c', parentField: 'Byline__c', keyField: 'Key__c', dateField: 'Period__c' },
    ...{ fields: { twitter: 'Tweets__c' }, changeFields: { twitter: 'Tweets_Change__c' } },
    ...{ rows: 'changed', period: '2026-11-23' },
  },
};

const keyOf = (number: number, period = '2026-11-23'): string => `${idOf(number)}-${period}`;

const row = (number: number, more: object = {}): HistoryRow => ({
  ...{ id: keyOf(number), url: 'https://a.example.com/1', isNew: true, change: number },
  fields: { Tweets__c: [null, 7], Tweets_Change__c: [null, -2] },
  ...more,
});

/** The changes 4 and 5 of a plan, of the records with these numbers. */
const CHANGES = { from: 4, ids: [idOf(4), idOf(5)] };

const checkOf = (rows: readonly unknown[], { reversed = false, header = HEADER } = {}): string[] =>
  new HistoryCheck(header, reversed).recordsOf(rows, CHANGES);

describe('rows of the history in a plan', () => {
  it('tell their records: those of changes in their order, and such of records that do not change', () => {
    expect(checkOf([row(4), row(9, { change: null }), row(5)])).to.deep.equal([idOf(4), idOf(9), idOf(5)]);
    const short = { from: 4, ids: [idOf(4).slice(0, 15)] };
    expect(new HistoryCheck(HEADER, false).recordsOf([row(4)], short), 'an id of 15 characters').to.have.length(1);
    expect(checkOf([])).to.deep.equal([]);
  });

  const WRONG: [what: string, rows: readonly unknown[], says: RegExp][] = [
    ['null', [null], /has no key/],
    ['no key', [row(4, { id: 7 })], /has no key/],
    ['the key of another period', [row(4, { id: keyOf(4, '2026-11-30') })], /isn't a history row key/],
    ['a key of 15 characters', [row(4, { id: `${idOf(4).slice(0, 15)}-2026-11-23` })], /isn't a history row key/],
    ['a wrong checksum', [row(4, { id: `${idOf(4).slice(0, 15)}AAB-2026-11-23` })], /isn't a history row key/],
    ['markup in the key', [row(4, { id: `</Key__c>${idOf(4)}-2026-11-23` })], /isn't a history row key/],
    ['a URL that is no text', [row(4, { url: null })], /isn't a history row/],
    ['no word on whether it is new', [row(4, { isNew: 1 })], /isn't a history row/],
    ['a key more', [row(4, { attributes: {} })], /has the key "attributes"/],
    ['no fields', [row(4, { fields: {} })], /has no fields/],
    ['null for fields', [row(4, { fields: null })], /has no fields/],
    ['a field of the record', [row(4, { fields: { Likes__c: [null, 7] } })], /names "Likes__c", which isn't a field/],
    ['XML in a name', [row(4, { fields: { 'Tweets__c>7<': [null, 7] } })], /which isn't a field/],
    ['its key field', [row(4, { fields: { Key__c: [null, 7] } })], /which isn't a field/],
    ['one value', [row(4, { fields: { Tweets__c: [7] } })], /can't have held/],
    ['a text before', [row(4, { fields: { Tweets__c: ['x', 7] } })], /can't have held "x"/],
    ['a count below 0', [row(4, { fields: { Tweets__c: [null, -1] } })], /-1 isn't a valid count for Tweets__c/],
    ['half a count', [row(4, { fields: { Tweets__c: [null, 1.5] } })], /1.5 isn't a valid count/],
    ['a count above 2^53', [row(4, { fields: { Tweets__c: [null, 2 ** 53] } })], /isn't a valid count/],
    ['null for a count', [row(4, { fields: { Tweets__c: [1, null] } })], /null isn't a valid count/],
    [
      'half a growth',
      [row(4, { fields: { Tweets_Change__c: [null, -1.5] } })],
      /-1.5 isn't a valid growth value for Tweets_Change__c/,
    ],
    ['a change that is not in the step', [row(6)], /not beside its change/],
    ['the change of another record', [row(4, { change: 5 })], /not beside its change/],
    ['the same change twice', [row(4), row(4)], /not beside its change/],
    ['changes in another order', [row(5), row(4)], /not beside its change/],
    ['half a position', [row(4, { change: 4.5 })], /not beside its change/],
    ['no position', [row(4, { change: undefined })], /not beside its change/],
  ];
  for (const [what, rows, says] of WRONG) {
    it(`${what}: refused`, () => expect(() => checkOf(rows)).to.throw(TypeError, says));
  }

  it('are refused in a plan that keeps no history', () => {
    const header = { ...HEADER, history: undefined };
    expect(() => checkOf([row(4)], { header })).to.throw(TypeError, 'keeps no history');
  });

  it('that put values back may hold whatever a row held', () => {
    const back = row(4, { fields: { Tweets__c: [7, null], Tweets_Change__c: [-2, -1.5] } });
    expect(checkOf([back], { reversed: true })).to.deep.equal([idOf(4)]);
    const text = row(4, { fields: { Tweets__c: [7, 'x'] } });
    expect(() => checkOf([text], { reversed: true })).to.throw(TypeError, '"x" isn\'t a valid count');
  });

  it('that may be written later belong to the record whose change is deferred', () => {
    const check = new HistoryCheck(HEADER, false);
    const { change, ...draft } = row(4);
    expect(change).to.equal(4);
    check.checkDraft(draft, idOf(4));
    check.checkDraft(draft, idOf(4).slice(0, 15));
    expect(() => check.checkDraft(draft, idOf(5))).to.throw(TypeError, 'of another record');
    expect(() => check.checkDraft(row(4), idOf(4)), 'it has no position yet').to.throw(TypeError, '"change"');
  });

  it('add up to the totals of the plan', () => {
    const check = new HistoryCheck(HEADER, false);
    check.requireSums();
    check.recordsOf([row(4), row(5, { isNew: false })], CHANGES);
    const sums = { rows: 2, created: 1, conflicts: 3, queried: 9 };
    check.requireSums(sums);
    for (const wrong of [{ rows: 1 }, { created: 2 }]) {
      expect(() => check.requireSums({ ...sums, ...wrong })).to.throw(TypeError, 'its history totals');
    }
    expect(() => check.requireSums(), 'rows without sums').to.throw(TypeError);
  });
});
