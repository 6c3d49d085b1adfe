import { expect } from 'chai';
import { COLLECTION, readCollectionResults, recordWriter } from '../../src/salesforce/sobject-collections.ts';

describe('the JSON of sObject collections', () => {
  const write = recordWriter('Byline__c');

  it('a record has its type, its id and the new value of each field that changes', () => {
    const fields = {
      Tweets__c: [null, 144],
      Synced_At__c: ['2026-11-22T07:00:00.000Z', '2026-11-23T07:30:15.000Z'],
    } as const;
    expect(write({ id: 'a01Em0000000001AAA', url: 'https://a.example.com/"?', fields })).to.equal(
      '{"attributes":{"type":"Byline__c"},"id":"a01Em0000000001AAA","Tweets__c":144,"Synced_At__c":"2026-11-23T07:30:15.000Z"}',
    );
  });

  it('null clears a field', () => {
    expect(write({ id: 'a01', url: '', fields: { Tweets__c: [144, null] } })).to.equal(
      '{"attributes":{"type":"Byline__c"},"id":"a01","Tweets__c":null}',
    );
  });

  it('text is JSON whatever it holds, and a whole body is', () => {
    const nasty = 'a"b\\c\n\u2028</script>\u{1f600}\ud800';
    const records = [1, 2].map((at) => write({ id: `a0${at}`, url: '', fields: { T__c: [null, nasty] } }));
    const body = COLLECTION.open + records.join(COLLECTION.between) + COLLECTION.close;
    expect(JSON.parse(body)).to.deep.equal({
      allOrNone: false,
      records: [1, 2].map((at) => ({ attributes: { type: 'Byline__c' }, id: `a0${at}`, T__c: nasty })),
    });
  });

  it('results come in order, with the first error of each', () => {
    const error = { statusCode: 'UNABLE_TO_LOCK_ROW', message: 'no', fields: [] };
    const other = { statusCode: 'STRING_TOO_LONG', message: 'too long', fields: ['Title__c'] };
    const body = [
      { id: 'a01', success: true, errors: [] },
      { success: false, errors: [other, error] },
      { id: 'a03', success: false, errors: [{ statusCode: 'SOMETHING_NEW', message: 'x' }] },
    ];
    expect(readCollectionResults(JSON.stringify(body))).to.deep.equal([
      { id: 'a01', success: true, statusCode: '', message: '', fields: [] },
      { success: false, ...other },
      { id: 'a03', success: false, statusCode: 'SOMETHING_NEW', message: 'x', fields: [] },
    ]);
  });

  for (const text of ['', '<html>', '{}', 'null', '[1]', '[null]', '[{"id":"a01"}]', '[{"success":"true"}]']) {
    it(`${JSON.stringify(text)} holds no results`, () => expect(readCollectionResults(text)).to.equal(undefined));
  }
});
