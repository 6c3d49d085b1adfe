import { expect } from 'chai';
import fc from 'fast-check';
import { readCallArguments, readJsonp } from '../../src/services/jsonp.ts';

describe('readJsonp', () => {
  const texts: readonly [text: string, value: unknown][] = [
    ['{"count":144}', { count: 144 }],
    ['  [1]\n', [1]],
    ['\uFEFF{"count":144}', { count: 144 }],
    ['null', null],
    ['receiveCount({"count":9})', { count: 9 }],
    ['IN.Tags.Share.handleCount({"count":18,"fCnt":"18"});', { count: 18, fCnt: '18' }],
    ['({"count":9})', { count: 9 }],
    ['/**/cb({"errors":[{"code":34}]});', { errors: [{ code: 34 }] }],
    ['/**/ typeof cb === \'function\' && cb({"count":1});', { count: 1 }],
    ['a[0].$b_c({"url":"https://x/foo_(bar)","count":1}) ;\n', { url: 'https://x/foo_(bar)', count: 1 }],
    ['cb({"url":"a);b("})', { url: 'a);b(' }],
    ['cb(7)', 7],
    ['cb({"count":9}); alert(1)', undefined],
    ['alert(1); cb({"count":9})', undefined],
    ['cb({"count":9}', undefined],
    ['cb({count:9})', undefined],
    ["cb({'count':9})", undefined],
    ['cb()', undefined],
    ['', undefined],
    ['<!DOCTYPE html><html></html>', undefined],
  ];
  for (const [text, value] of texts) {
    it(`${JSON.stringify(text)}`, () => expect(readJsonp(text)).to.deep.equal(value));
  }

  it('finds in a call whatever was put there', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(readJsonp(`/**/cb.a(${JSON.stringify(value)});`)).to.deep.equal(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('reads a megabyte made to be slow in time that grows with its length', () => {
    // A reader that goes back for each of the 350,000 pieces takes longer than the test may.
    for (const piece of ['*/(', ')', '(', 'a.', ') ', '/**/']) {
      expect(readJsonp(`/*${piece.repeat(350_000)}`)).to.equal(undefined);
    }
  });
});

describe('readCallArguments', () => {
  const texts: readonly [text: string, values: unknown][] = [
    ['VK.Share.count(0, 7);', [0, 7]],
    ["ODKL.updateCount('X','5');", ['X', '5']],
    ["ODKL.updateCount('X','-1');", ['X', '-1']],
    ['f("a", 3)', ['a', 3]],
    ['f(1, g(2))', undefined],
    ['f(x)', undefined],
    ['7', undefined],
  ];
  for (const [text, values] of texts) {
    it(text, () => expect(readCallArguments(text)).to.deep.equal(values));
  }
});
