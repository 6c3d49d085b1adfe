import { expect } from 'chai';
import fc from 'fast-check';
import { readObjectEntries } from '../../src/services/json-object-entries.ts';

/** What JSON.parse makes of a text that is the JSON of an object; `undefined` for any other text. */
function membersOf(text: string): Map<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? new Map(Object.entries(value))
      : undefined;
  } catch {
    return undefined;
  }
}

const sorted = (members: ReadonlyMap<string, unknown> | undefined): unknown =>
  members && [...members].toSorted(([one], [other]) => (one < other ? -1 : 1));

describe('the members of a JSON object, read one by one', () => {
  it('are those JSON.parse finds, whatever the names and values are', () => {
    const spaced = fc.tuple(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), fc.constantFrom(0, 1, '\t'));
    fc.assert(
      fc.property(spaced, ([object, space]) => {
        const text = JSON.stringify(object, undefined, space);
        expect(sorted(readObjectEntries(text))).to.deep.equal(sorted(membersOf(text)));
      }),
    );
  });

  it('are none where a text is no JSON, even where it looks much like it', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"a"',
      '"b"',
      '"\\""',
      '1',
      'null',
      ' ',
      '"',
      '\\',
      '-',
    );
    const inner = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(inner, fc.boolean(), (text, isInside) => {
        const whole = isInside ? `{${text}}` : text;
        expect(sorted(readObjectEntries(whole)), whole).to.deep.equal(sorted(membersOf(whole)));
      }),
      { numRuns: 5000 },
    );
  });

  for (const text of ['{"a":1:"b",2}', '{"a":1,2:3}', '{"a","b":1:2}', '{"a":1,}', '{,}', '{1}', '{"a"}']) {
    it(`are none of ${text}`, () => expect(readObjectEntries(text)).to.equal(undefined));
  }

  it('are none of {}, too, but that is an object', () => expect(readObjectEntries('{}')).to.deep.equal(new Map()));
});
