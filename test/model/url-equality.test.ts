import { expect } from 'chai';
import fc from 'fast-check';
import { areUrlsEqual, normalizeUrl } from '../../src/model/url-equality.ts';

const UNRESERVED = /[\w.~-]/;

const hex = (character: string): string => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`;

/** Text of a path segment or query: unreserved characters, others that are encoded, and some that separate. */
const text = fc
  .array(fc.oneof(fc.constantFrom(...'aZ09-_~', '&', '=', '+', ',', '%2F', '%3f', '%25', 'あ', 'ü', ' ', '|', '%')))
  .map((characters) => characters.join(''));

const url = fc
  .record({
    scheme: fc.constantFrom('http', 'https'),
    host: fc.constantFrom('example.com', 'www.example.com:8443', 'bücher.example', '例え.jp', '8.8.8.8'),
    path: fc.array(text, { minLength: 1, maxLength: 4 }),
    query: fc.option(text),
  })
  .map(({ scheme, host, path, query }) => `${scheme}://${host}/${path.join('/')}${query === null ? '' : `?${query}`}`);

/** Ways to write a URL differently without another meaning (RFC 3986, section 6.2.2). */
const respellings: Readonly<Record<string, (url: string) => string>> = {
  'percent-encoding in lower case': (one) => one.replace(/%[0-9a-f]{2}/gi, (byte) => byte.toLowerCase()),
  'percent-encoding in upper case': (one) => one.replace(/%[0-9a-f]{2}/gi, (byte) => byte.toUpperCase()),
  'unreserved characters of the path encoded': (one) =>
    one.replace(/^(\w+:\/\/[^/]*\/)([^?]*)/, (_, front: string, path: string) =>
      front.concat(
        path.replace(/%[0-9a-f]{2}|./gi, (unit) => (unit.length === 1 && UNRESERVED.test(unit) ? hex(unit) : unit)),
      ),
    ),
  'a scheme in upper case': (one) => one.replace(/^\w+/, (scheme) => scheme.toUpperCase()),
  'a host in ASCII': (one) => one.replace(/^(\w+:\/\/)([^/]*)/, () => new URL(one).origin),
  'dot segments': (one) => one.replace(/^(\w+:\/\/[^/]*)\//, '$1/./x/%2e./'),
  'characters outside of ASCII encoded': (one) =>
    one.replace(/^(\w+:\/\/[^/]*)(.*)$/s, (_, front: string, rest: string) =>
      front.concat(rest.replace(/[^ -~]/gu, encodeURIComponent)),
    ),
};

describe('URLs are equal', () => {
  for (const [name, respell] of Object.entries(respellings)) {
    it(`whatever the URL: ${name}`, () => {
      const isEqual = fc.property(url, (one) => {
        expect(normalizeUrl(respell(one)), respell(one)).to.equal(normalizeUrl(one));
      });
      fc.assert(isEqual, { numRuns: 1000 });
    });
  }

  it('to their normal form, which is its own', () =>
    fc.assert(
      fc.property(fc.oneof(url, fc.string({ unit: 'binary' })), (one) => {
        expect(areUrlsEqual(one, normalizeUrl(one)), one).to.equal(true);
        expect(normalizeUrl(normalizeUrl(one)), one).to.equal(normalizeUrl(one));
      }),
    ));

  const equal: readonly (readonly [one: string, other: string])[] = [
    ['https://example.com/%e3%81%82', 'https://example.com/%E3%81%82'],
    ['https://example.com/%e3%81%82', 'https://example.com/あ'],
    ['https://example.com/%7Ejoe', 'https://example.com/~joe'],
    ['https://example.com/a%2fb', 'https://example.com/a%2Fb'],
    ['https://example.com/?q=%c3%bc', 'https://example.com/?q=%C3%BC'],
    ['HTTPS://Example.COM', 'https://example.com:443/'],
    ['https://example.com/100%', 'https://example.com/100%25'],
    ['no URL', 'no URL'],
  ];
  for (const [one, other] of equal) {
    it(`${one} and ${other}`, () => expect(areUrlsEqual(one, other)).to.equal(true));
  }

  const different: readonly (readonly [one: string, other: string])[] = [
    ['https://example.com/a', 'http://example.com/a'],
    ['https://example.com/a', 'https://www.example.com/a'],
    ['https://example.com/a', 'https://example.com/a/'],
    ['https://example.com/a', 'https://example.com/A'],
    ['https://example.com/a%2Fb', 'https://example.com/a/b'],
    ['https://example.com/a%3Fb', 'https://example.com/a?b'],
    ['https://example.com/%257Ejoe', 'https://example.com/~joe'],
    ['https://example.com/%%37E', 'https://example.com/~'],
    ['https://example.com/a?b', 'https://example.com/a?b#c'],
    ['https://example.com/?q=a+b', 'https://example.com/?q=a%2Bb'],
    ['https://example.com/\ud800', 'https://example.com/\ud801'],
    ['EXAMPLE', 'example'],
  ];
  for (const [one, other] of different) {
    it(`but not ${JSON.stringify(one)} and ${JSON.stringify(other)}`, () =>
      expect(areUrlsEqual(one, other)).to.equal(false));
  }
});
