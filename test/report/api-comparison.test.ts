import { expect } from 'chai';
import { compareApis } from '../../src/report/api-comparison.ts';
import { fileOf, resultOf } from './fixtures.ts';

describe('report: the API requests of the other API', () => {
  const { view } = fileOf([]);
  const requestsBy = { rest: 1203, bulk: 8 };

  it('a preview sets both side by side', () => {
    const preview = { ...view, result: resultOf({ dryRun: true }), requestsBy };
    expect(compareApis(preview)).to.deep.equal(['--api rest would take 1,203 API requests, --api bulk 8.']);
  });

  it('a run that is done says what the other would have taken', () => {
    expect(compareApis({ ...view, requestsBy })).to.deep.equal(['With --api rest it would have been about 1,203.']);
    expect(compareApis({ ...view, api: 'rest', requestsBy })).to.deep.equal([
      'With --api bulk it would have been about 8.',
    ]);
  });

  it('where it is not known, nothing is said', () => expect(compareApis(view)).to.deep.equal([]));
});
