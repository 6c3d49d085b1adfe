import { expect } from 'chai';
import fc from 'fast-check';
import { compareRecord, type FieldValue, reverseChange } from '../../src/model/change.ts';

describe('reverseChange', () => {
  it('puts back what was, null included, and changes nothing else', () => {
    const change = { id: 'a01', url: 'https://a.example.com/', fields: { A__c: [null, 5], B__c: [7, 0] } as const };
    expect(reverseChange(change)).to.deep.equal({
      ...{ id: 'a01', url: 'https://a.example.com/' },
      fields: { A__c: [5, null], B__c: [0, 7] },
    });
  });

  it('twice is what it was', () => {
    const value = fc.option(fc.oneof(fc.nat(), fc.string()));
    const fields = fc.dictionary(fc.stringMatching(/^[A-Z][a-z]{1,5}__c$/), fc.tuple(value, value));
    fc.assert(
      fc.property(fields, (some) => {
        const change = { id: 'a01', url: '', fields: some };
        expect(reverseChange(reverseChange(change))).to.deep.equal(change);
      }),
    );
  });
});

describe('compareRecord', () => {
  const change = { id: 'a01', url: '', fields: { A__c: [null, 5], B__c: [7, 0] } as const };
  const CASES: [name: string, now: Record<string, FieldValue> | undefined, verdict: string][] = [
    ['before', { A__c: null, B__c: 7 }, 'holds'],
    ['before, an empty field being left out', { B__c: 7 }, 'holds'],
    ['after', { A__c: 5, B__c: 0 }, 'done'],
    ['half before, half after', { A__c: 5, B__c: 7 }, 'moved'],
    ['something else', { A__c: 6, B__c: 0 }, 'moved'],
    ['gone', undefined, 'moved'],
  ];
  for (const [name, now, verdict] of CASES) {
    it(`${name}: ${verdict}`, () => expect(compareRecord(change, now)).to.equal(verdict));
  }

  it('a change that changes nothing holds', () => {
    expect(compareRecord({ ...change, fields: { A__c: [5, 5] } }, { A__c: 5 })).to.equal('holds');
  });
});
