import fc from 'fast-check';
import { expect } from 'chai';
import { type EmulatedServices, startServices } from '../emulator/services/services.ts';
import { syncThrough, randomFault } from './random-faults.ts';

/** How long to try; `npm run soak` does so for longer. */
const SECONDS = Number(process.env['BYLINE_SOAK_SECONDS'] ?? 8);
/** The same seed brings the same faults, in the same order. */
const SEED = Number(process.env['BYLINE_SOAK_SEED'] ?? Date.now() % 2 ** 31);

describe('any set of records, values and faults', function () {
  this.timeout((SECONDS + 60) * 1000);
  let services: EmulatedServices;
  before(async () => void (services = await startServices()));
  /** The example under way: the time limit ends the property, and leaves that one running. */
  let example: Promise<unknown> = Promise.resolve();
  after(async () => {
    await example;
    await services.close();
  });

  it(`ends with every count written once, or the record named in the failures (seed ${SEED}, ${SECONDS} s)`, async () => {
    await fc.assert(
      fc.asyncProperty(randomFault, async (given) => {
        const run = syncThrough(services, given);
        example = run;
        expect((await run).join('\n')).to.equal('');
      }),
      { seed: SEED, numRuns: 1e9, interruptAfterTimeLimit: SECONDS * 1000, markInterruptAsFailure: false },
    );
  });
});
