import { expect } from 'chai';
import fc from 'fast-check';
import { readCount } from '../../src/services/number.ts';
import { ServiceError } from '../../src/services/service.ts';

describe('readCount', () => {
  for (const value of [0, 1, 144, 2 ** 53 - 1]) {
    it(`takes ${value}`, () => expect(readCount(value)).to.equal(value));
  }
  for (const value of [-1, 1.5, 2 ** 53, NaN, Infinity, '12', '1.2K', '-', '', null, undefined, true, [3], { n: 3 }]) {
    it(`refuses ${JSON.stringify(value) ?? 'nothing'}`, () => expect(() => readCount(value)).to.throw(ServiceError));
  }
  for (const value of ['0', '46', '9007199254740991']) {
    it(`takes "${value}" where strings are known to come`, () =>
      expect(readCount(value, { strings: true })).to.equal(Number(value)));
  }
  for (const value of [
    '',
    '-',
    '-1',
    '+1',
    ' 1',
    '1.0',
    '1e3',
    '0x10',
    '1,000',
    '1.2K',
    '9007199254740993',
    '1\u0660',
  ]) {
    it(`refuses "${value}" even there`, () => expect(() => readCount(value, { strings: true })).to.throw(ServiceError));
  }

  it('gives a count or throws a ServiceError, whatever it gets', () => {
    fc.assert(
      fc.property(fc.anything(), fc.boolean(), (value, strings) => {
        try {
          const count = readCount(value, { strings });
          return Number.isSafeInteger(count) && count >= 0;
        } catch (error) {
          return error instanceof ServiceError && error.message.length < 1100 && !/\p{C}/u.test(error.message);
        }
      }),
    );
  });
});
