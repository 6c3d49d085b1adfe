import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { keyOfRow, keyOfUrl, type Match, type RowAddress } from '../../src/services/page-key.ts';
import { root } from '../repo/sources.ts';

/** The table of docs/services.md: URL of a record, row of a report, whether they meet for each `match`. */
const rows = readFileSync(join(root, 'docs/services.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| `https?:/i.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim().replace(/^`(.*)`$/, '$1')));

const addressOf = (row: string): RowAddress => {
  if (/^https?:/i.test(row)) return 'url';
  return row.startsWith('/') ? 'path' : 'hostname';
};

describe('how a URL and a row of a report meet', () => {
  it('the documentation has a table of it', () => expect(rows).to.have.length.above(15));

  for (const [, url = '', row = '', ...cells] of rows) {
    for (const [index, match] of (['path', 'pathAndQuery', 'exact'] satisfies Match[]).entries()) {
      it(`${url} and ${row} by ${match}: ${cells[index] ?? ''}`, () => {
        const addresses = addressOf(row);
        const key = keyOfUrl(url, addresses, match);
        expect(cells[index]).to.be.oneOf(['yes', 'no']);
        expect(key !== undefined && key === keyOfRow(row, addresses, match)).to.equal(cells[index] === 'yes');
      });
    }
  }

  for (const row of ['(other)', '(not set)', '(not set)/a', '', '/a b', 'www.example.com', 'about']) {
    it(`the row "${row}" is about no page with a host`, () =>
      expect(keyOfRow(row, 'hostname', 'path')).to.equal(undefined));
  }

  it('is the same whether a plain URL is parsed or not', () => {
    const hosts = fc.stringMatching(/^[a-z0-9-]{1,4}(\.[a-z0-9-]{1,4}){0,2}\.[a-z0-9]{1,3}$/);
    const paths = fc.stringMatching(/^(\/[a-zA-Z0-9.~_%-]{0,4}){0,4}\/?$/);
    const addresses = fc.constantFrom<RowAddress>('url', 'hostname', 'path');
    fc.assert(
      fc.property(
        hosts,
        paths,
        addresses,
        fc.constantFrom<Match>('path', 'pathAndQuery'),
        (host, path, form, match) => {
          const url = `https://${host}${path}`;
          // A fragment has no part in the key.
          expect(keyOfUrl(url, form, match)).to.equal(keyOfUrl(`${url}#x`, form, match));
          expect(keyOfRow(url, 'url', match)).to.equal(keyOfRow(`${url}#x`, 'url', match));
        },
      ),
    );
  });

  it('a text that is no URL meets nothing', () => expect(keyOfUrl('no url', 'path', 'path')).to.equal(undefined));
});
