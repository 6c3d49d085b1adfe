import { expect } from 'chai';
import { batchesToWrite, requestsOfCollections, requestsToWrite, storageMb } from '../../src/model/requests.ts';

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
      expect(requestsToWrite('rest', { changes, history: 0 }, batchSize)).to.equal(requests);
    });
  }

  it('a job takes more for a handful of changes, and less for many', () => {
    expect(requestsToWrite('bulk', { changes: 0, history: 0 }, 10_000)).to.equal(0);
    expect(requestsToWrite('bulk', { changes: 100, history: 0 }, 10_000)).to.be.above(
      requestsToWrite('rest', { changes: 100, history: 0 }, 10_000),
    );
    expect(requestsToWrite('bulk', { changes: 10_000, history: 0 }, 10_000)).to.be.below(
      requestsToWrite('rest', { changes: 10_000, history: 0 }, 10_000),
    );
  });

  it('rows of the history go in a job of their own', () => {
    const one = requestsToWrite('bulk', { changes: 100, history: 0 }, 10_000);
    expect(requestsToWrite('bulk', { changes: 100, history: 100 }, 10_000)).to.equal(2 * one);
    expect(batchesToWrite('bulk', { changes: 20_001, history: 1 }, 10_000)).to.equal(4);
    expect(batchesToWrite('rest', { changes: 20_001, history: 1 }, 10_000)).to.equal(0);
    expect(storageMb(1024)).to.equal(2);
  });
});
