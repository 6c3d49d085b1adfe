import { expect } from 'chai';
import { formatNumber } from '../../src/model/format-number.ts';
import { columnsOf, shortened, shown, signed, truncated, wrapped } from '../../src/report/text.ts';

describe('text for people', () => {
  const GROUPED: [value: number, text: string][] = [
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [1234567, '1,234,567'],
    [9007199254740991, '9,007,199,254,740,991'],
  ];
  for (const [value, text] of GROUPED) it(`grouped: ${text}`, () => expect(formatNumber(value)).to.equal(text));

  const SIGNED: [before: number | string | null, after: number | string | null, text: string][] = [
    [null, 144, '+144'],
    [100, 1344, '+1,244'],
    [1344, 100, '-1,244'],
    [5, 5, '±0'],
    [5, null, '-5'],
    [null, null, '±0'],
    ['2026-11-23T12:00:00.000Z', '2026-11-24T12:00:00.000Z', ''],
  ];
  for (const [before, after, text] of SIGNED) {
    it(`signed: ${before} to ${after} is "${text}"`, () => expect(signed(before, after)).to.equal(text));
  }

  const SHOWN: [value: number | string | null, text: string][] = [
    [null, '–'],
    [0, '0'],
    [1234, '1,234'],
    ['a\u001B[31mb', 'a b'],
  ];
  for (const [value, text] of SHOWN) it(`shown: ${JSON.stringify(value)}`, () => expect(shown(value)).to.equal(text));

  it('shortened: as it is where it fits, else both ends', () => {
    expect(shortened('abcdefghij', 10)).to.equal('abcdefghij');
    expect(shortened('abcdefghijk', 10)).to.equal('abcde…hijk');
    expect(shortened('abcdefghijk', 10)).to.have.length(10);
    expect(shortened('a\nb', 10)).to.equal('a b');
  });

  it('measured in columns: wide characters take two, marks none, and no character is cut in half', () => {
    expect([columnsOf('記録'), columnsOf('e\u0301'), columnsOf('🚀')]).to.deep.equal([4, 1, 2]);
    expect(shortened('記録記録記録', 8)).to.equal('記録…録');
    expect(truncated('🚀🚀🚀', 4)).to.equal('🚀…');
    expect(truncated('e\u0301e\u0301e\u0301', 2)).to.equal('e\u0301…');
  });

  it('wrapped: at spaces, and in Chinese and Japanese after each character', () => {
    expect(wrapped('one two three four', 10, '  ')).to.deep.equal(['  one two', '  three', '  four']);
    expect(wrapped('said: 計数は凍結。again', 10)).to.deep.equal(['said: 計数', 'は凍結。', 'again']);
    expect(wrapped('https://a.example/one-long-word x', 10)).to.deep.equal(['https://a.example/one-long-word', 'x']);
  });
});
