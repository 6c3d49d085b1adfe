import { type EmulatedServices, startServices } from '../emulator/services/services.ts';
import { distinctFaultsAt, expectRightEnd, startFixture, tell } from './fixture.ts';
import { QuickClock } from './quick-clock.ts';

/** What is asked after the answer to a request was lost. */
const ASKED = {
  'create-job': ['list-jobs', 'get-job', 'create-job'],
  'add-batch': ['close-job', 'list-batches', 'get-request', 'abort-job', 'create-job', 'add-batch'],
  'close-job': ['get-job', 'close-job', 'list-batches'],
};

describe('a fault while it is found out what became of a lost answer', () => {
  let services: EmulatedServices;
  before(async () => void (services = await startServices()));
  after(() => services.close());

  for (const [lost, kinds] of Object.entries(ASKED)) {
    for (const [at, kind] of kinds.entries()) {
      for (const [index, first] of (['cut-before', 'cut-after'] as const).entries()) {
        it(`${lost}: ${first}, then each fault at ${kind}`, async () => {
          for (const [name, fault] of distinctFaultsAt(at + index)) {
            await using place = await startFixture(services);
            tell(place.run, lost, { fault: first });
            tell(place.run, kind, fault, { skip: kind === lost ? 1 : 0 });
            await expectRightEnd(place, name);
          }
        });
      }
    }
  }

  for (const hours of [-3, 3]) {
    it(`create-job, in an org whose clock is ${hours} h ahead of ours`, async () => {
      const { now } = new QuickClock();
      await using place = await startFixture(services, { now: () => new Date(now() + hours * 3_600_000) });
      tell(place.run, 'create-job', { fault: 'cut-after' });
      await expectRightEnd(place, 'create-job');
    });
  }

  // What was on its way when we stopped to wait, and is taken up by the org when it has heard more of us.
  for (const [kind, later, nth] of [
    ['create-job', 'list-jobs', 1],
    ['create-job', 'list-jobs', 2],
    ['create-job', 'create-job', 2],
    ['create-job', 'close-job', 1],
    ['add-batch', 'close-job', 1],
    ['add-batch', 'list-batches', 1],
    ['add-batch', 'create-job', 2],
    ['add-batch', 'add-batch', 5],
    ['close-job', 'get-job', 1],
    ['close-job', 'list-batches', 1],
  ] as const) {
    it(`${kind} that is accepted when ${later} number ${nth} arrives`, async () => {
      await using place = await startFixture(services);
      tell(place.run, kind, { fault: 'late', until: place.run.org.log.arrived(later, nth) });
      await expectRightEnd(place, kind);
    });
  }
});
