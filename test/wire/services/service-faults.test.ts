import { expect } from 'chai';
import type { ServiceFault } from '../../emulator/services/service-faults.ts';
import { articles, healthy, requests, rigged, serviceNames, startRig } from './rig.ts';

const WAYS: readonly ServiceFault[] = [
  'refuse',
  'error-500',
  'hang',
  'html',
  'endless',
  'negative',
  'text',
  'redirect',
  'no-number',
  'errors-in-200',
  'rate-limit',
];
const FEW_DOZEN = 48;
const AT_ONCE = 600;
/** Long for an answer on loopback, short to wait for none. */
const IMPATIENT = { timeoutMs: 300 };

for (const way of WAYS) {
  describe(`a faulty service: ${way}`, () => {
    let rig: Awaited<ReturnType<typeof startRig>>;
    before(async () => void (rig = await startRig()));
    beforeEach(() => rig.emulator.log.clear());
    after(() => rig[Symbol.asyncDispose]());

    for (const name of serviceNames) {
      it(`${name} gives no count, and the others answer`, async () => {
        const { emulator, lookUp } = rig;
        const urls = articles(12);
        const others = serviceNames.filter((other) => other !== name).slice(0, 2);
        emulator.setFault(name, way);
        const run = lookUp([name, ...others], { [name]: IMPATIENT });
        const readings = await run.lookUp(urls);
        emulator.setFault(name, undefined);
        for (const other of others) {
          expect(readings.get(other), other).to.deep.equal(healthy(emulator, other, urls));
        }
        expect(readings.get(name)?.map(({ state }) => state)).to.deep.equal(urls.map(() => 'failed'));
        const tally = run.tallies()[name];
        expect(tally).to.include({ ok: 0, failed: urls.length });
        expect(tally?.reason).to.match(/^[^\n]{5,250}$/);
        expect(tally?.requests).to.be.within(requests(emulator, name), FEW_DOZEN);
      });
    }

    it('every service gets a few dozen requests at most, with 3,000 URLs too', async () => {
      const { emulator, lookUp } = rig;
      for (const name of serviceNames) emulator.setFault(name, way);
      const run = lookUp(serviceNames, Object.fromEntries(serviceNames.map((name) => [name, IMPATIENT])));
      const urls = articles(3000);
      // More at once than a service has requests in flight, and the rest when it has been stopped.
      for (const chunk of [urls.slice(0, AT_ONCE), urls.slice(AT_ONCE)]) {
        const readings = await run.lookUp(chunk);
        for (const name of serviceNames) {
          const states = readings.get(name)?.map(({ state }) => state);
          expect(states, name).to.have.length(chunk.length).and.not.include('ok');
        }
      }
      for (const name of serviceNames) {
        expect(run.tallies()[name], name).to.include({ state: 'stopped' });
        expect(requests(emulator, name), name).to.be.at.most(FEW_DOZEN);
      }
    });
  });
}

describe('a faulty service', () => {
  it(
    'that says 0 of everything is taken at its word: the guard belongs to the run',
    rigged(async ({ emulator, lookUp }) => {
      for (const name of serviceNames) emulator.setFault(name, 'zeros');
      const urls = articles(5);
      const readings = await lookUp(serviceNames).lookUp(urls);
      const zeros = urls.map(() => ({ state: 'ok', count: 0 }));
      for (const name of serviceNames) expect(readings.get(name), name).to.deep.equal(zeros);
    }),
  );
});
