import { expect } from 'chai';
import fc from 'fast-check';
import { reverseChange } from '../../src/model/change.ts';

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
