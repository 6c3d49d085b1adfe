import { expect } from 'chai';
import { evaluate, parseExpression } from '../../src/services/expression.ts';
import { pointerKeys, valueAt } from '../../src/services/pointer.ts';
import { outcome } from './replies.ts';

const VALUE = { data: { total: 7, 'a/b': 1, 'm~n': 2, '': 3, text: '4' }, list: [{ n: 5 }, { n: 6 }], none: null };

describe('valueAt', () => {
  const pointers: readonly [pointer: string, value: unknown][] = [
    ['', VALUE],
    ['/data/total', 7],
    ['/data/a~1b', 1],
    ['/data/m~0n', 2],
    ['/data/', 3],
    ['/list/1/n', 6],
    ['/none', null],
    ['/none/x', undefined],
    ['/list/2', undefined],
    ['/list/01', undefined],
    ['/list/-', undefined],
    ['/list/length', undefined],
    ['/data/__proto__', undefined],
    ['/constructor/name', undefined],
    ['/data/total/toFixed', undefined],
  ];
  for (const [pointer, value] of pointers) {
    it(`"${pointer}"`, () => expect(valueAt(VALUE, pointer)).to.deep.equal(value));
  }
  for (const text of ['data', '/a~2', '/a~']) {
    it(`"${text}" is no pointer`, () => expect(pointerKeys(text)).to.equal(undefined));
  }
});

describe('an expression', () => {
  const expressions: readonly [text: string | readonly string[], found: unknown][] = [
    ['/data/total', 7],
    ['/data/text', { action: 'url', message: 'not a count: "4"' }],
    ['/data/none', { action: 'url', message: 'no count in the answer' }],
    ['/none', { action: 'url', message: 'not a count: null' }],
    ['count:/list', 2],
    ['count:/data', { action: 'url', message: 'no list at /data of the answer' }],
    ['sum:/list/*/n', 11],
    ['sum:/list/*/m', { action: 'url', message: 'no count in the answer' }],
    ['sum:/nowhere/*/n', { action: 'url', message: 'no list at /nowhere of the answer' }],
    [['/data/total', '/list/0/n'], 12],
    [['/data/total', '/data/gone'], { action: 'url', message: 'no count in the answer' }],
  ];
  for (const [text, found] of expressions) {
    it(JSON.stringify(text), () => {
      const expression = parseExpression(text);
      expect(expression && outcome(() => evaluate(expression, VALUE))).to.deep.equal(found);
    });
  }

  it('counts and adds only the items it is told to', () => {
    const where = (item: unknown): boolean => valueAt(item, '/n') === 6;
    expect(evaluate({ kind: 'count', items: '/list' }, VALUE, { where })).to.equal(1);
    expect(evaluate({ kind: 'sum', items: '/list', pointer: '/n' }, VALUE, { where })).to.equal(6);
  });

  it('takes digits in quotes where it is told to', () =>
    expect(evaluate({ kind: 'value', pointer: '/data/text' }, VALUE, { strings: true })).to.equal(4));

  for (const text of ['total', 'sum:/list', 'sum:/a/*/b/*/c', 'sum:list/*/n', 'count:list', 'avg:/list', ['/a', 'b']]) {
    it(`${JSON.stringify(text)} is none`, () => expect(parseExpression(text)).to.equal(undefined));
  }
});
