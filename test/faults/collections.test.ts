import { expect } from 'chai';
import { type EmulatedServices, startServices } from '../emulator/services/services.ts';
import { problems } from './end.ts';
import { expectRightEnd, FAULTS, magazine, tell } from './magazine.ts';

const REST = { api: 'rest' } as const;

/** Every kind of request of an undisturbed run over the REST API, and how many of each there are. */
const KINDS = { describe: 1, query: 1, 'query-more': 2, collections: 5 };

/** What records hold is asked by such a request. */
const READ = 'retrieve';

describe('a fault at every update over the REST API', () => {
  let services: EmulatedServices;
  before(async () => void (services = await startServices()));
  after(() => services.close());

  it('an undisturbed run has these requests', async () => {
    await using place = await magazine(services);
    await place.inside.sync(REST);
    expect(place.inside.org.log.kinds()).to.deep.equal(KINDS);
    expect(problems(place.inside, place)).to.deep.equal([]);
  });

  for (const [name, fault] of Object.entries(FAULTS)) {
    it(`an update: ${name}`, async () => {
      for (let skip = 0; skip < KINDS.collections; skip += 1) {
        await using place = await magazine(services);
        tell(place.inside, 'collections', fault, { skip });
        await expectRightEnd(place, `at number ${skip + 1}`, REST);
      }
    });
  }

  for (const fault of ['cut-before', 'cut-after'] as const) {
    it(`three times in a row: ${fault}`, async () => {
      await using place = await magazine(services);
      tell(place.inside, 'collections', { fault }, { times: 3 });
      await expectRightEnd(place, 'collections', REST);
    });
  }

  it('an answer that is lost, and then no answer to what the records hold', async () => {
    for (const [name, fault] of Object.entries(FAULTS)) {
      for (const first of ['cut-before', 'cut-after'] as const) {
        await using place = await magazine(services);
        tell(place.inside, 'collections', { fault: first });
        tell(place.inside, READ, fault);
        await expectRightEnd(place, `${first}, then ${name}`, REST);
      }
    }
  });
});
