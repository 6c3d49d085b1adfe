import { expect } from 'chai';
import { healthy, rigged, serviceNames } from './rig.ts';

const AWKWARD = [
  'https://example.com/a?b=1&c=2',
  'https://example.com/<b>"quoted"</b>',
  "https://example.com/it's",
  'https://example.com/cdata]]>end',
  'https://example.com/a,b,c',
  'https://example.com/größe/記事/🙂',
  'https://example.com/already%20encoded%2Fonce%3F%26',
  'https://example.com/a+b c',
  'https://example.com/page#part?not=a&query',
  'https://example.com/100%',
  'https://example.com/a;b=c:d@e!$*(f)[g]{h}|i\\j^k`l~m',
  'https://example.com//double//slash/../dots/',
  'HTTPS://Example.COM:443/Case',
];

describe('a URL is data', () => {
  for (const name of serviceNames) {
    it(
      `${name}: every byte arrives as recorded, and the answer finds its way back`,
      rigged(async ({ emulator, lookUp }) => {
        // X has no way to ask for a URL with a quotation mark: that one is not asked at all.
        const urls = name === 'x' ? AWKWARD.filter((url) => !url.includes('"')) : AWKWARD;
        const readings = (await lookUp([name]).lookUp(urls)).get(name);
        expect(readings).to.deep.equal(healthy(emulator, name, urls));
        expect(emulator.asked(name)).to.have.members(urls);
      }),
    );
  }

  it(
    'facebook, the shape of 2014: the path takes every byte too',
    rigged(async ({ emulator, lookUp }) => {
      const run = lookUp(['facebook'], { facebook: { shape: 'legacy' } });
      const readings = (await run.lookUp(AWKWARD)).get('facebook');
      expect(readings).to.deep.equal(healthy(emulator, 'facebook', AWKWARD));
      expect(emulator.asked('facebook')).to.have.members(AWKWARD);
    }),
  );
});

describe('each URL is asked once', () => {
  for (const name of serviceNames) {
    it(
      `${name}: however often it comes, at once or later`,
      rigged(async ({ emulator, lookUp }) => {
        const run = lookUp([name]);
        const urls = ['https://example.com/a', 'https://example.com/b', 'https://example.com/a'];
        const [first, second] = await Promise.all([run.lookUp(urls), run.lookUp(urls)]);
        expect(first.get(name)).to.deep.equal(healthy(emulator, name, urls));
        expect(second.get(name)).to.deep.equal(first.get(name));
        await run.lookUp(urls);
        expect(emulator.asked(name)).to.have.members(['https://example.com/a', 'https://example.com/b']);
      }),
    );
  }
});
