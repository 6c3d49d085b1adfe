import { expect } from 'chai';
import { fastClock } from './clock.ts';
import { articles, healthy, rigged } from './rig.ts';

describe('facebook, many URLs at a time', () => {
  it(
    'asks 50 in a request, and as few as fit in a line of 8 KB',
    rigged(async ({ emulator, lookUp }) => {
      const long = articles(120).map((url) => `${url}/${'long-title-'.repeat(20)}`);
      await lookUp(['facebook']).lookUp([...articles(120), ...long]);
      const lines = emulator.log.of('facebook').map(({ rawUrl }) => rawUrl);
      expect(lines.length).to.be.within(8, 12);
      for (const line of lines) expect(line).to.have.length.below(8192);
      expect(Math.max(...lines.map((line) => line.split(',').length))).to.equal(50);
    }),
  );

  it(
    'asks URLs with commas in batches of their own',
    rigged(async ({ emulator, lookUp }) => {
      const urls = articles(100).map((url, index) => (index % 5 === 0 ? `${url},${index}` : url));
      const readings = (await lookUp(['facebook']).lookUp(urls)).get('facebook');
      expect(readings).to.deep.equal(healthy(emulator, 'facebook', urls));
      expect(emulator.log.of('facebook').map(({ method }) => method).sort()).to.deep.equal(['GET', 'GET', 'POST', 'POST']);
    }),
  );

  for (const [all, every] of [
    [120, 60],
    [120, 12],
    [120, 3],
    [3000, 50],
  ] as const) {
    it(
      `one bad in ${every} of ${all} fails alone`,
      rigged(async ({ emulator, lookUp }) => {
        const urls = articles(all);
        const isBad = (index: number): boolean => index % every === every - 1;
        for (const [index, url] of urls.entries()) if (isBad(index)) emulator.odd('facebook', url, { code: 100 });
        const readings = (await lookUp(['facebook']).lookUp(urls)).get('facebook') ?? [];
        const failed = readings.flatMap(({ state }, index) => (state === 'failed' ? [index] : []));
        expect(failed).to.deep.equal([...urls.keys()].filter(isBad));
        const expected = healthy(emulator, 'facebook', urls);
        expect(readings.filter((_, index) => !isBad(index))).to.deep.equal(expected.filter((_, index) => !isBad(index)));
      }),
    );
  }

  it(
    'slows down when the app nears its limit',
    rigged(async ({ emulator, lookUp }) => {
      const usage = JSON.stringify({ call_count: 95, total_time: 25, total_cputime: 25 });
      emulator.headers('facebook', { 'x-app-usage': usage });
      const urls = articles(4);
      const run = lookUp(['facebook'], { facebook: { batch: 1, concurrency: 1 } });
      expect((await run.lookUp(urls)).get('facebook')).to.deep.equal(healthy(emulator, 'facebook', urls));
      // Time runs 300 times as fast: 16 s are 53 ms.
      const times = emulator.log.entries.map(({ at }) => at);
      for (const [index, at] of times.slice(1).entries()) expect(at - (times[index] ?? 0)).to.be.at.least(45);
    }),
  );

  it(
    'comes to the end of its calls slowly: one request at a time, after longer and longer pauses',
    rigged(async ({ emulator, lookUp }) => {
      emulator.allow('facebook', 200, 3600);
      const urls = articles(200);
      const run = lookUp(['facebook'], { facebook: { batch: 5 } }, fastClock(100));
      expect((await run.lookUp(urls)).get('facebook')).to.deep.equal(healthy(emulator, 'facebook', urls));
      expect(run.tallies()['facebook']).to.include({ requests: 40, state: 'ok' });
      // At 75 %, eight are on their way. Of the last, each comes after a pause of its own: 16 s at 95 %, 100 times as fast.
      const times = emulator.log.entries.map(({ at }) => at);
      const gaps = times.slice(1).map((at, index) => at - times[index]!);
      expect(Math.min(...gaps.slice(-2))).to.be.at.least(100);
    }),
  );

  it(
    'is stopped by the app limit, as that may last an hour',
    rigged(async ({ emulator, lookUp }) => {
      emulator.allow('facebook', 60, 3600);
      const urls = articles(150);
      const run = lookUp(['facebook']);
      const readings = (await run.lookUp(urls)).get('facebook') ?? [];
      expect(run.tallies()['facebook']).to.include({ state: 'stopped' });
      const expected = healthy(emulator, 'facebook', urls);
      for (const [index, reading] of readings.entries()) {
        if (reading.state === 'ok') expect(reading).to.deep.equal(expected[index]);
      }
      expect(readings.filter(({ state }) => state === 'ok')).to.have.length.within(50, 60);
    }),
  );
});
