import { expect } from 'chai';
import { staleCondition } from '../../src/model/staleness.ts';

describe('staleCondition: which records are due', () => {
  const now = Date.parse('2026-11-23T12:00:00.000Z');

  it('takes every record where nothing says how long counts stay fresh', () => {
    expect(staleCondition({ stampField: 'S__c', published: null, staleAfterHours: null }, now)).to.equal(null);
  });

  it('takes records never counted, or counted too long ago', () => {
    expect(staleCondition({ stampField: 'S__c', published: null, staleAfterHours: 6 }, now)).to.equal(
      '(S__c = null OR S__c < 2026-11-23T06:00:00.000Z)',
    );
  });

  it('counts the more seldom the older the article, a date compared with days', () => {
    const published = { field: 'P__c', type: 'date' } as const;
    expect(staleCondition({ stampField: 'S__c', published, staleAfterHours: 12 }, now)).to.equal(
      '(S__c = null' +
        ' OR (P__c > 2026-11-20 AND S__c < 2026-11-23T11:00:00.000Z)' +
        ' OR (P__c > 2026-11-02 AND P__c <= 2026-11-20 AND S__c < 2026-11-23T08:00:00.000Z)' +
        ' OR (P__c > 2026-09-24 AND P__c <= 2026-11-02 AND S__c < 2026-11-22T12:00:00.000Z)' +
        ' OR (P__c <= 2026-09-24 AND S__c < 2026-11-16T12:00:00.000Z)' +
        ' OR (P__c = null AND S__c < 2026-11-23T00:00:00.000Z))',
    );
  });

  it('always counts an article without a date where nothing else says how long', () => {
    const published = { field: 'P__c', type: 'datetime' } as const;
    const condition = staleCondition({ stampField: 'S__c', published, staleAfterHours: null }, now);
    expect(condition).to.contain('OR (P__c = null))').and.to.contain('P__c > 2026-11-20T12:00:00.000Z');
  });
});
