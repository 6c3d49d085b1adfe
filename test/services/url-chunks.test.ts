import { expect } from 'chai';
import fc from 'fast-check';
import type { Reading } from '../../src/model/reading.ts';
import { bisectOnError, cutUrlChunks, gather, readKeyed } from '../../src/services/url-chunks.ts';
import { type LookUpService, ServiceError } from '../../src/services/service.ts';
import { spell, withVariants } from '../../src/services/variants.ts';
import { failed, lookUpService, ok } from './replies.ts';

describe('cutParts', () => {
  it('keeps to both limits, loses nothing and keeps the order', () => {
    const urls = fc.array(fc.webUrl({ withQueryParameters: true }), { maxLength: 20 });
    fc.assert(
      fc.property(urls, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 300 }), (list, max, maxBytes) => {
        const parts = cutUrlChunks(list, max, maxBytes, 3);
        expect(parts.flat()).to.deep.equal(list);
        for (const part of parts) {
          expect(part.length).to.be.within(1, max);
          const bytes = part.reduce((sum, url) => sum + encodeURIComponent(url).length + 3, 0);
          expect(part.length === 1 || bytes <= maxBytes).to.equal(true);
        }
      }),
    );
  });
});

describe('gather', () => {
  it('leaves the trouble of a part to its own URLs', async () => {
    const readings = await gather(['a', 'b', 'c', 'd'], [['a', 'c'], ['b'], ['d']], async (part) => {
      if (part[0] === 'b') throw new ServiceError('retry', 'HTTP 500');
      return new Map(part.filter((url) => url !== 'd').map((url) => [url, ok(1)]));
    });
    expect(readings).to.deep.equal([ok(1), failed('HTTP 500'), ok(1), failed('not in the answer')]);
  });
});

describe('readKeyed', () => {
  const read = (keys: Readonly<Record<string, number>>, ...urls: readonly string[]): unknown =>
    Object.fromEntries(readKeyed(new Map(Object.entries(keys)), urls, (value) => ok(value as number)));

  it('finds a URL by an equivalent key (RFC 3986, section 6.2.2)', () =>
    expect(
      read(
        { 'https://a.de/%E3%81%82': 1, 'https://a.de/~joe': 2, 'https://a.de/?q=%C3%BC': 3, 'https://a.de/b': 4 },
        ...['https://a.de/%e3%81%82', 'https://a.de/%7Ejoe', 'HTTPS://A.de/?q=%c3%bc', 'https://a.de/b/'],
      ),
    ).to.deep.equal({
      'https://a.de/%e3%81%82': ok(1),
      'https://a.de/%7Ejoe': ok(2),
      'HTTPS://A.de/?q=%c3%bc': ok(3),
    }));

  it('prefers the key as sent', () =>
    expect(read({ 'https://a.de/%2f': 1, 'https://a.de/%2F': 2 }, 'https://a.de/%2F')).to.deep.equal({
      'https://a.de/%2F': ok(2),
    }));

  it('does not choose among equivalent keys', () =>
    expect(read({ 'https://a.de/%7Ea': 1, 'https://a.de/%7ea': 2 }, 'https://a.de/~a')).to.deep.equal({}));
});

describe('bisected', () => {
  const urls = Array.from({ length: 50 }, (_, index) => `u${index}`);

  /** Asks a service that fails a whole batch for any URL of `bad`. */
  async function ask(bad: readonly string[]): Promise<{ asked: number; readings: ReadonlyMap<string, Reading> }> {
    let asked = 0;
    const readings = await bisectOnError(urls, async (part) => {
      asked += 1;
      const found = part.find((url) => bad.includes(url));
      if (found === undefined) return new Map(part.map((url) => [url, ok(1)]));
      throw new ServiceError(part.length > 1 ? 'split' : 'url', `bad ${found}`);
    }).catch((error: Error) => new Map([['all', failed(error.message)]]));
    return { asked, readings };
  }

  for (const bad of [[], ['u0'], ['u49'], ['u7', 'u31'], urls.filter((_, index) => index % 3 === 0)]) {
    it(`finds ${bad.length} bad of 50`, async () => {
      const { asked, readings } = await ask(bad);
      expect([...readings]).to.have.deep.members(
        urls.map((url) => [url, bad.includes(url) ? failed(`bad ${url}`) : ok(1)]),
      );
      expect(asked).to.be.at.most(1 + 13 * bad.length);
    });
  }

  it('cuts nothing for other trouble', async () => {
    const trouble = new ServiceError('stop', 'wrong token');
    const error = await bisectOnError(urls, () => Promise.reject(trouble)).catch((cause: unknown) => cause);
    expect(error).to.equal(trouble);
  });
});

describe('variants', () => {
  const spellings: readonly [url: string, variants: readonly ('scheme' | 'slash')[], expected: readonly string[]][] = [
    ['https://a.b/c', [], ['https://a.b/c']],
    ['https://a.b/c?d=/#e', ['slash'], ['https://a.b/c?d=/#e', 'https://a.b/c/?d=/#e']],
    ['https://a.b/c/', ['slash'], ['https://a.b/c/', 'https://a.b/c']],
    ['HTTP://a.b/%20Ä', ['scheme'], ['HTTP://a.b/%20Ä', 'https://a.b/%20Ä']],
    [
      'https://a.b/c',
      ['scheme', 'slash', 'slash'],
      ['https://a.b/c', 'https://a.b/c/', 'http://a.b/c', 'http://a.b/c/'],
    ],
  ];
  for (const [url, variants, expected] of spellings) {
    it(`${url} by ${variants.join(', ') || 'nothing'}`, () => expect(spell(url, variants)).to.deep.equal(expected));
  }

  const lengths: LookUpService = {
    name: 'one',
    maxUrls: 3,
    limits: {},
    lookUp: async (urls) => {
      expect(urls.length).to.be.at.most(3);
      return urls.map((url) => (url === 'http://bad/' ? failed('no') : ok(url.length)));
    },
  };
  const askBy = (combine?: 'max' | 'sum', ...urls: string[]): unknown =>
    lookUpService(withVariants(lengths, ['scheme', 'slash'], ['scheme', 'slash'], combine)).lookUp(urls, () =>
      Promise.reject(new Error('unused')),
    );
  const ask = async (...urls: string[]): Promise<unknown> => askBy(undefined, ...urls);

  it('return their sum if that is configured', async () =>
    expect(await askBy('sum', 'http://a/b', 'http://bad')).to.deep.equal([ok(10 + 11 + 11 + 12), failed('no')]));
  it('answer the highest of their counts', async () =>
    expect(await ask('http://a/b', 'https://a/b', 'http://c')).to.deep.equal([ok(12), ok(12), ok(10)]));
  it('have no count if one of them has none', async () =>
    expect(await ask('https://bad', 'http://a/b')).to.deep.equal([failed('no'), ok(12)]));
});
