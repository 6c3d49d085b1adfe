import { expect } from 'chai';
import type { EmulatedServices } from '../../emulator/services/services.ts';
import { fastClock } from './clock.ts';
import { articles, healthy, requests, rigged, serviceNames } from './rig.ts';

describe('a service in passing trouble', () => {
  for (const name of serviceNames) {
    it(
      `${name}: every fifth answer a 503, all counts right in the end`,
      rigged(async ({ emulator, lookUp }) => {
        const urls = articles(90);
        for (let times = 0; times < 100; times += 1) {
          emulator.faults.tell(name, { fault: 'status', status: 503, body: 'Service Unavailable' }, { skip: 4 });
        }
        const run = lookUp([name], { facebook: { batch: 3 } });
        expect((await run.lookUp(urls)).get(name)).to.deep.equal(healthy(emulator, name, urls));
        expect(run.tallies()[name]).to.include({ ok: urls.length, failed: 0, state: 'ok' });
      }),
    );
  }

  for (const name of serviceNames) {
    it(
      `${name}: lines cut before and after the answer was worked out, and a short outage, cost no count`,
      rigged(async ({ emulator, lookUp }) => {
        const urls = articles(60);
        emulator.faults.tell(name, { fault: 'cut-before' }, { skip: 2 });
        emulator.faults.tell(name, { fault: 'cut-after' }, { skip: 2 });
        emulator.faults.tell(name, { fault: 'status', status: 502, body: '<h1>Bad Gateway</h1>' }, { skip: 3, times: 7 });
        const run = lookUp([name], { facebook: { batch: 3 } });
        expect((await run.lookUp(urls)).get(name)).to.deep.equal(healthy(emulator, name, urls));
        expect(run.tallies()[name]).to.include({ state: 'ok', reason: null, requests: requests(emulator, name) });
      }),
    );
  }

  it(
    'sends nothing more to a host before the time its 429 names, in seconds or as a date',
    rigged(async ({ emulator, lookUp }) => {
      const urls = articles(40);
      const after = { twitter: '2', linkedin: new Date(Date.now() + 2500).toUTCString() };
      for (const [name, value] of Object.entries(after)) {
        const fault = { fault: 'status', status: 429, headers: { 'retry-after': value } } as const;
        emulator.faults.tell(name, fault, { skip: 15 });
      }
      const readings = await lookUp(Object.keys(after), {}, fastClock(1)).lookUp(urls);
      for (const name of Object.keys(after)) {
        expect(readings.get(name), name).to.deep.equal(healthy(emulator, name, urls));
      }
      expectPause(emulator, 'twitter', (refusedAt) => refusedAt + 2000);
      expectPause(emulator, 'linkedin', () => Date.parse(after.linkedin));
    }),
  );
});

/** After its 16th request came, which got the 429, a service got nothing but what was on its way until `until`. */
function expectPause(emulator: EmulatedServices, name: string, until: (refusedAt: number) => number): void {
  const arrivals = emulator.log.entries.filter(({ kind }) => kind === name).map(({ at }) => at);
  const refusedAt = arrivals[15] ?? NaN;
  const early = arrivals.slice(16).filter((at) => at < until(refusedAt));
  expect(early, name).to.have.length.below(8);
  for (const at of early) expect(at, name).to.be.below(refusedAt + 500);
  expect(arrivals, name).to.have.lengthOf(41);
}
