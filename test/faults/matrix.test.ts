import { expect } from 'chai';
import { type EmulatedServices, startServices } from '../emulator/services/services.ts';
import { problems } from './check-end.ts';
import { distinctFaultsAt, expectRightEnd, faultsAt, startFixture, tell } from './fixture.ts';

/** Every kind of request of an undisturbed run, and how many of each there are. */
const KINDS = {
  describe: 1,
  query: 1,
  'query-more': 2,
  'create-job': 2,
  'add-batch': 5,
  'close-job': 2,
  'list-batches': 2,
  'get-result': 2,
};

describe('a fault at every request of a run', () => {
  let services: EmulatedServices;
  before(async () => void (services = await startServices()));
  after(() => services.close());

  it('an undisturbed run has these requests', async () => {
    await using place = await startFixture(services);
    await place.run.sync();
    expect(place.run.org.log.kinds()).to.deep.equal(KINDS);
    expect(problems(place.run, place)).to.deep.equal([]);
  });

  for (const [at, [kind, count]] of Object.entries(KINDS).entries()) {
    it(`${kind}: each fault at each of them`, async () => {
      for (let skip = 0; skip < count; skip += 1) {
        for (const [name, fault] of skip === 0 ? faultsAt(at) : distinctFaultsAt(at + skip)) {
          await using place = await startFixture(services);
          tell(place.run, kind, fault, { skip });
          await expectRightEnd(place, `${name}, at number ${skip + 1}`);
        }
      }
    });
  }

  it('the first of every kind: a reset after the org has it', async () => {
    await using place = await startFixture(services);
    for (const kind of Object.keys(KINDS)) tell(place.run, kind, { fault: 'cut-after' });
    await expectRightEnd(place, 'all at once');
  });

  for (const fault of ['cut-before', 'cut-after'] as const) {
    it(`three times in a row at each POST: ${fault}`, async () => {
      for (const kind of ['create-job', 'add-batch', 'close-job']) {
        await using place = await startFixture(services);
        tell(place.run, kind, { fault }, { times: 3 });
        await expectRightEnd(place, kind);
      }
    });
  }

  it('a short outage of the token endpoint', async () => {
    for (const fault of ['maintenance', { fault: 'cut-before' }] as const) {
      await using place = await startFixture(services);
      place.run.org.expireSessionAfter('add-batch', 2);
      tell(place.run, 'token', fault, { times: 2 });
      await expectRightEnd(place, 'token');
    }
  });
});
