import { expect } from 'chai';
import { fastClock } from './clock.ts';
import { articles, healthy, requests, rigged } from './rig.ts';

const DAY_MS = 86_400_000;

describe("a service's own limits", () => {
  it(
    'x and reddit: wait for the next window, of which the headers tell, and lose nothing',
    rigged(async ({ emulator, lookUp }) => {
      const names = ['x', 'reddit'];
      for (const name of names) emulator.allow(name, 5, 1);
      const urls = articles(8);
      const run = lookUp(names, {}, fastClock(1));
      const readings = await run.lookUp(urls);
      for (const name of names) {
        expect(readings.get(name), name).to.deep.equal(healthy(emulator, name, urls));
        expect(requests(emulator, name), name).to.be.at.most(8 + 5);
      }
    }),
  );

  it(
    'x: the paid cap ends the service at once, as waiting does not help',
    rigged(async ({ emulator, lookUp }) => {
      emulator.allow('x', 0, Infinity);
      const run = lookUp(['x']);
      await run.lookUp(articles(100));
      expect(run.tallies()['x']).to.include({ state: 'stopped', ok: 0, failed: 100 });
      expect(requests(emulator, 'x')).to.be.at.most(8);
    }),
  );

  it(
    'x: all time is the sum of its pages',
    rigged(async ({ emulator, lookUp }) => {
      const startTime = new Date(Date.now() - 70 * DAY_MS).toISOString();
      const readings = await lookUp(['x'], { x: { measure: 'all', startTime } }).lookUp(articles(2));
      expect(readings.get('x')).to.deep.equal(healthy(emulator, 'x', articles(2)));
      expect(requests(emulator, 'x')).to.equal(2 * 3);
    }),
  );

  it(
    'reddit: one token for all, and one more when it expires',
    rigged(async ({ emulator, lookUp }) => {
      const run = lookUp(['reddit']);
      await run.lookUp(articles(20));
      expect(emulator.log.count('reddit-token')).to.equal(1);
      emulator.expire('reddit');
      const more = articles(40).slice(20);
      expect((await run.lookUp(more)).get('reddit')).to.deep.equal(healthy(emulator, 'reddit', more));
      expect(emulator.log.count('reddit-token')).to.equal(2);
    }),
  );

  for (const status of [401, 403, 500]) {
    it(
      `reddit: no token for a ${status}, no counts, and few requests`,
      rigged(async ({ emulator, lookUp }) => {
        emulator.faults.tell('reddit-token', { fault: 'status', status, body: 'no' }, { times: Infinity });
        const readings = await lookUp(['reddit']).lookUp(articles(300));
        expect(readings.get('reddit')?.every(({ state }) => state === 'failed')).to.equal(true);
        expect(requests(emulator, 'reddit')).to.be.at.most(24);
        expect(emulator.asked('reddit')).to.deep.equal([]);
      }),
    );
  }

  it(
    'sharedcount: a spent quota ends the service, and what it gave before counts',
    rigged(async ({ emulator, lookUp }) => {
      emulator.allow('sharedcount', 20, 86_400);
      const urls = articles(100);
      const run = lookUp(['sharedcount']);
      const readings = (await run.lookUp(urls)).get('sharedcount') ?? [];
      const isOk = (_: unknown, index: number): boolean => readings[index]?.state === 'ok';
      expect(readings.filter(isOk)).to.deep.equal(healthy(emulator, 'sharedcount', urls.filter(isOk)));
      expect(run.tallies()['sharedcount']).to.include({ state: 'stopped', ok: 20, failed: 80 });
      expect(requests(emulator, 'sharedcount')).to.be.at.most(20 + 8);
    }),
  );

  it(
    'a budget of requests ends the service as skipped, not failed',
    rigged(async ({ emulator, lookUp }) => {
      const run = lookUp(['x', 'twitter'], { x: { maxRequests: 7 }, twitter: { maxUrlsPerHour: 9 } });
      const urls = articles(30);
      const readings = await run.lookUp(urls);
      const states = (name: string, state: string): number =>
        readings.get(name)?.filter((reading) => reading.state === state).length ?? NaN;
      expect([states('x', 'ok'), states('x', 'skipped')]).to.deep.equal([7, 23]);
      expect([states('twitter', 'ok'), states('twitter', 'skipped')]).to.deep.equal([9, 21]);
      expect([requests(emulator, 'x'), requests(emulator, 'twitter')]).to.deep.equal([7, 9]);
      expect(run.tallies()['x']?.reason).to.include('23 URLs');
    }),
  );

  it(
    'hatena: 50 URLs in a request, cut by bytes too, one request after the other',
    rigged(async ({ emulator, lookUp }) => {
      const long = articles(60).map((url) => `${url}?${'x'.repeat(400)}`);
      const urls = [...articles(60), ...long];
      expect((await lookUp(['hatena']).lookUp(urls)).get('hatena')).to.deep.equal(healthy(emulator, 'hatena', urls));
      for (const { rawUrl, query } of emulator.log.of('hatena')) {
        expect(rawUrl).to.have.length.below(8192);
        expect(query.getAll('url')).to.have.length.within(1, 50);
      }
      expect(requests(emulator, 'hatena')).to.be.at.most(8);
    }),
  );
});
