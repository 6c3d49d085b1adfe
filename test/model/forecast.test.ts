import { expect } from 'chai';
import { forecastJob } from '../../src/model/forecast.ts';

describe('forecastJob', () => {
  const CASES: [changes: number, batchSize: number, batches: number][] = [
    [0, 10_000, 0],
    [1, 10_000, 1],
    [10_000, 10_000, 1],
    [10_001, 10_000, 2],
    [7, 2, 4],
    [200_000, 10_000, 20],
  ];
  for (const [changes, batchSize, batches] of CASES) {
    it(`${changes} changes in batches of ${batchSize}: ${batches} batches, and a request to open, close and poll`, () => {
      const forecast = forecastJob(changes, batchSize);
      expect(forecast.batches).to.equal(batches);
      if (batches === 0) expect(forecast.requests).to.equal(0);
      else expect(forecast.requests).to.be.within(batches + 3, batches + 3 + batches / 20);
    });
  }
});
