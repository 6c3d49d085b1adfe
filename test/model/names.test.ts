import { expect } from 'chai';
import { type Names, nameOf, toNames } from '../../src/model/names.ts';

describe('names of an article', () => {
  const CASES: [label: unknown, author: unknown, names: Names][] = [
    ['Who we are', 'Ada', { label: 'Who we are', author: 'Ada' }],
    [' Two\r\n lines\t', null, { label: 'Two lines' }],
    ['\u001b[31mred\u001b[0m \u202eevil', undefined, { label: 'red evil' }],
    ['', '  ', {}],
    [7, true, {}],
    ['a'.repeat(256), `${'a'.repeat(254)}😀`, { label: 'a'.repeat(255), author: 'a'.repeat(254) }],
  ];
  for (const [label, author, names] of CASES) {
    it(`${JSON.stringify(label)?.slice(0, 30)} and ${JSON.stringify(author)?.slice(0, 30)}`, () =>
      expect(toNames(label, author)).to.deep.equal(names));
  }

  it('are shown instead of the URL, unless there is no label', () => {
    const url = 'https://a.example.com/';
    expect([nameOf({ url }), nameOf({ url, label: 'A' })]).to.deep.equal([url, 'A']);
  });
});
