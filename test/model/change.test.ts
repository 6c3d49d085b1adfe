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
  const url = 'https://a.example.com/x';
  const change = { id: 'a01', url, fields: { A__c: [null, 5], B__c: [7, 0] } as const };
  const CASES: [name: string, stored: Record<string, FieldValue> | undefined, verdict: string][] = [
    ['before', { A__c: null, B__c: 7 }, 'holds'],
    ['before, an empty field being left out', { B__c: 7 }, 'holds'],
    ['after', { A__c: 5, B__c: 0 }, 'done'],
    ['half before, half after', { A__c: 5, B__c: 7 }, 'moved'],
    ['something else', { A__c: 6, B__c: 0 }, 'moved'],
    ['gone', undefined, 'moved'],
  ];
  for (const [name, stored, verdict] of CASES) {
    it(`${name}: ${verdict}`, () => expect(compareRecord(change, stored && { url, stored })).to.equal(verdict));
  }

  it('what the counts are of is another article by now: moved, unless it holds them already', () => {
    const other = { url: 'https://a.example.com/y' };
    expect(compareRecord(change, { ...other, stored: { A__c: null, B__c: 7 } })).to.equal('moved');
    expect(compareRecord(change, { ...other, stored: { A__c: 5, B__c: 0 } })).to.equal('done');
  });

  it('the URL may stand there as it was read: in white space, in a link, without its scheme', () => {
    const stored = { A__c: null, B__c: 7 };
    for (const text of [` ${url}\n`, `<a href="${url}" target="_blank">x</a>`, 'a.example.com/x']) {
      expect(compareRecord(change, { url: text, stored }), text).to.equal('holds');
    }
  });

  it('a change that changes nothing holds', () => {
    expect(compareRecord({ ...change, fields: { A__c: [5, 5] } }, { url, stored: { A__c: 5 } })).to.equal('holds');
  });
});
