import { expect } from 'chai';
import { requestsOfCollections, requestsToWrite } from '../../src/model/requests.ts';

describe('API requests of writing changes', () => {
  const CASES: [changes: number, batchSize: number, requests: number][] = [
    [0, 10_000, 0],
    [1, 10_000, 1],
    [100, 10_000, 1],
    [200, 200, 1],
    [201, 200, 2],
    [1000, 10_000, 5],
    [1000, 50, 20],
  ];
  for (const [changes, batchSize, requests] of CASES) {
    it(`${changes} changes, ${batchSize} a batch at most: ${requests} collections`, () => {
      expect(requestsOfCollections(changes, batchSize)).to.equal(requests);
      expect(requestsToWrite('rest', changes, batchSize)).to.equal(requests);
    });
  }

  it('a job takes more for a handful of changes, and less for many', () => {
    expect(requestsToWrite('bulk', 0, 10_000)).to.equal(0);
    expect(requestsToWrite('bulk', 100, 10_000)).to.be.above(requestsToWrite('rest', 100, 10_000));
    expect(requestsToWrite('bulk', 10_000, 10_000)).to.be.below(requestsToWrite('rest', 10_000, 10_000));
  });
});
