import { expect } from 'chai';
import { toPages } from '../../src/pipeline/url-records.ts';

describe('toPages', () => {
  it('makes records without an id of URLs, and leaves out empty lines and space around them', async () => {
    const pages = [];
    for await (const page of toPages([' https://a.example.com/1 ', '', '   ', 'https://a.example.com/2']))
      pages.push(page);
    expect(pages).to.deep.equal([
      [
        { id: '', url: 'https://a.example.com/1', stored: {} },
        { id: '', url: 'https://a.example.com/2', stored: {} },
      ],
    ]);
  });

  it('gives pages of 2,000, the last one shorter, none empty', async () => {
    for (const [count, sizes] of [
      [0, []],
      [2000, [2000]],
      [4001, [2000, 2000, 1]],
    ] as const) {
      const pages: number[] = [];
      const lines = Array.from({ length: count }, (_, index) => `https://a.example.com/${index}`);
      for await (const page of toPages(lines)) pages.push(page.length);
      expect(pages).to.deep.equal(sizes);
    }
  });
});
