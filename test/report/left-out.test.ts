import { expect } from 'chai';
import { LeftOut } from '../../src/report/left-out.ts';

const record = { id: 'a01', url: 'https://a.example/1', label: 'One', author: 'Jane' };

describe('report: what a run leaves out', () => {
  it('keeps the first rows with the reason, counts the others, and passes over counts that were had', () => {
    const leftOut = new LeftOut(2);
    leftOut.skip(record, 'not a valid URL');
    leftOut.noteReadings(record, {
      twitter: { state: 'ok', count: 3 },
      facebook: { state: 'failed', reason: 'HTTP 503' },
      reads: { state: 'skipped', reason: 'stopped' },
    });
    const { id, url, label } = record;
    expect(leftOut.rows).to.deep.equal([
      { id, url, label, service: null, reason: 'not a valid URL' },
      { id, url, label, service: 'facebook', reason: 'failed: HTTP 503' },
    ]);
    expect(leftOut.total).to.equal(3);
  });
});
