import { expect } from 'chai';
import fc from 'fast-check';
import { crc32 } from 'node:zlib';
import { DamagedLine } from '../../src/journal/json-lines.ts';
import { StepReader, summarizeStep, writeStep } from '../../src/journal/plan-step.ts';
import type { Change } from '../../src/model/change.ts';
import type { PlanHeader, PlanStep } from '../../src/model/plan.ts';
import { idOf, ORG, SERVICE, tallyOf } from '../model/run-fixtures.ts';

const HEADER: PlanHeader = {
  ...{ plan: 1, runId: '20261123T073015Z-4f2a1c', createdAt: '2026-11-23T07:30:15.000Z', org: ORG },
  ...{ sobject: 'Byline__c', urlField: 'Published_URL__c', stampField: 'Counted_At__c' },
  fields: { twitter: 'Tweets__c', facebook: 'Likes__c' },
};
const STAMP = '2026-11-23T07:30:15.000Z';
const TRAP = '],"releases":true,"through":"x"}';

const change = (row: number, fields: Change['fields'] = { Tweets__c: [null, row] }): Change => ({
  id: idOf(row),
  url: `https://a.example.com/ä/${row}`,
  fields,
});

/** A step of these changes alone, with right sums. */
const stepOf = (changes: readonly Change[], some: Partial<PlanStep> = {}): PlanStep => ({
  ...{ changes, deferred: [], conflicts: [], resolvesDeferred: false, through: null },
  tally: tallyOf({ queried: changes.length, changed: changes.length }),
  ...some,
});

const write = (step: PlanStep): string => writeStep(step, summarizeStep(step));

/** A line with something else in it, and the checksum of that. */
const rewrite = (line: string, from: string, to: string): string => {
  const changed = line.replace(from, () => to);
  expect(changed, from).to.not.equal(line);
  const end = changed.lastIndexOf(TRAP.slice(0, 13)) + 1;
  return changed.replace(/"crc32":\d+/, `"crc32":${crc32(changed.slice(0, end))}`);
};

/** The keys of a step in the file. */
const onDisk = ({ deferred: held, resolvesDeferred: releases, ...others }: PlanStep) => ({ held, releases, ...others });

/** The JSON of a step, with its keys in reverse order. */
const shuffled = (step: PlanStep): object => Object.fromEntries(Object.entries(onDisk(step)).reverse());

const rawOf = (text: string, line = 2) => ({ bytes: Buffer.from(text), line, offset: 0, length: text.length });

/** What reading these lines says: of the last the summary, or what is wrong with one. */
function read(lines: readonly string[], { reversed = false, header = HEADER } = {}): unknown {
  const reader = new StepReader(header, reversed);
  try {
    const all = lines.map((line, at) => reader.read(rawOf(line, at + 2)));
    reader.finish();
    return all.at(-1);
  } catch (error) {
    if (error instanceof DamagedLine) return error.message;
    throw error;
  }
}

const STEP: PlanStep = stepOf([change(1), change(2), change(0, { Likes__c: [3, 2], Counted_At__c: [null, STAMP] })], {
  deferred: [{ ...change(3, { Tweets__c: [4, 0] }), doubtful: ['Tweets__c'], counted: true }],
  conflicts: [{ ...change(4), url: TRAP }],
  through: idOf(4),
  tally: tallyOf({
    ...{ queried: 8, skippedUrls: 1, unchanged: 1, uncounted: 1, changed: 4, conflicts: 1 },
    services: { twitter: { ...SERVICE, reason: TRAP } },
  }),
});

describe('a step of a plan as a line', () => {
  it('holds the step and its summary', () => {
    expect(JSON.parse(write(STEP))).to.deep.include(onDisk(STEP));
    expect(read([write(STEP)])).to.deep.equal({
      ...{ changes: 3, deferred: 1, resolvesDeferred: false, through: idOf(4), tally: STEP.tally },
      idRuns: [
        { rows: [0, 2], ids: [idOf(1), idOf(2)] },
        { rows: [2, 3], ids: [idOf(0), idOf(0)] },
      ],
    });
  });

  it('is read the same in any other spelling of its JSON, and without a summary', () => {
    const indented = JSON.stringify(shuffled(STEP), null, 1).replaceAll('\n', ' ');
    for (const line of [JSON.stringify(onDisk(STEP)), indented])
      expect(read([line])).to.deep.equal(summarizeStep(STEP));
    const empty = stepOf([]);
    expect(read([write(empty)])).to.deep.equal(summarizeStep(empty));
  });

  it('takes what records hold: any number, an Id of 15 characters, a URL with anything in it', () => {
    const odd = [
      change(1, { Tweets__c: [-1.5, 2 ** 53 - 1] }),
      { ...change(2, { Tweets__c: [1e300, 0] }), id: idOf(2).slice(0, 15) },
      { ...change(3), url: '"\\\n\u2028\ud800' },
      change(4, { Counted_At__c: ['2026-11-23T07:30:15+0100', STAMP] }),
      { ...change(5), label: 'Who "we" are \\ Über uns', author: 'ß'.repeat(255) },
      { ...change(6), author: '\u2028'.repeat(255) },
    ];
    expect(read([write(stepOf(odd))])).to.deep.include({ changes: 6 });
  });

  const line = write(STEP);
  const field = '"Tweets__c":[null,1]';
  const WRONG: [what: string, line: string, says: string][] = [
    ['a field that is none of the mapping', rewrite(line, field, `${field},"Author__c":[null,"mallory"]`), 'Author__c'],
    ['a count below 0', rewrite(line, field, '"Tweets__c":[null,-5]'), "-5 isn't a valid count"],
    ['half a count', rewrite(line, field, '"Tweets__c":[null,1.5]'), "1.5 isn't a valid count"],
    [
      'a count that is text',
      rewrite(line, field, '"Tweets__c":[null,"12"]'),
      '"12\\" isn\'t a valid count'.replace('\\', ''),
    ],
    ['a count that is an object', rewrite(line, field, '"Tweets__c":[null,{"a":1}]'), '{"a":1} isn\'t a valid count'],
    ['a count above 2^53 - 1', rewrite(line, field, '"Tweets__c":[null,9007199254740992]'), "isn't a valid count"],
    ['a count beyond all numbers', rewrite(line, field, '"Tweets__c":[null,1e999]'), "isn't a valid count"],
    ['no count', rewrite(line, field, '"Tweets__c":[1,null]'), "null isn't a valid count"],
    ['a count alone', rewrite(line, field, '"Tweets__c":[1]'), 'has no new value for Tweets__c'],
    ['text that was held', rewrite(line, field, '"Tweets__c":["x",1]'), 'can\'t have held "x"'],
    ['a stamp that is no time', rewrite(line, `[null,"${STAMP}"]`, '[null,"yesterday"]'), "isn't a valid dateTime"],
    [
      'a name that is XML',
      rewrite(line, 'Tweets__c', 'Tweets__c>5</Tweets__c><Author__c'),
      "isn't a field of the plan",
    ],
    ['an id among the fields', rewrite(line, field, `${field},"id":[null,"${idOf(9)}"]`), "isn't a field of the plan"],
    [
      'attributes',
      rewrite(line, field, `${field},"attributes":[null,{"type":"Account"}]`),
      "isn't a field of the plan",
    ],
    ['__proto__', rewrite(line, field, `${field},"__proto__":[null,1]`), "isn't a field of the plan"],
    ['no field at all', rewrite(line, `{${field}}`, '{}'), 'no field of a01'],
    ['an id that is markup', rewrite(line, idOf(1), '<Id>'), '"<Id>" isn\'t a record ID'],
    ['an id whose checksum is wrong', rewrite(line, idOf(1), `${idOf(1).slice(0, 17)}5`), "isn't a record ID"],
    ['an id of another object', rewrite(line, idOf(1), '001Em0000000001IAA'), 'belongs to a different object'],
    ['a key that changes do not have', rewrite(line, '"url":', '"type":"x","url":'), 'has the key "type"'],
    ['an invalid label', rewrite(line, '"fields":', '"label":7,"fields":'), "isn't a valid name"],
    ['a label that is empty', rewrite(line, '"fields":', '"label":"","fields":'), "isn't a valid name"],
    ['too long a label', rewrite(line, '"fields":', `"label":"${'é'.repeat(256)}","fields":`), "isn't a valid name"],
    [
      'too long a label with quotes',
      rewrite(line, '"fields":', `"label":"${'a\\"'.repeat(128)}","fields":`),
      "isn't a valid name",
    ],
    ['a URL that is none', rewrite(line, '"https://a.example.com/ä/1"', '7'), 'has no URL'],
    ['a change that is null', rewrite(line, '{"changes":[', '{"changes":[null,'), "a row isn't an object"],
    ['a second list of changes', rewrite(line, '"held":[', `"changes":[],"held":[`), 'unknown key "changes"'],
    ['a key that steps do not have', rewrite(line, '"held":[', `"upserts":[],"held":[`), 'unknown key "upserts"'],
    ['an id in the last place that is none', line.replace(/"through":"\w+"/, `"through":"' OR Id != '"`), 'through'],
    ['other sums', line.replace('"changed":4', '"changed":5'), "its totals don't match its rows"],
    ['sums that do not add up', line.replace('"queried":8', '"queried":9'), "its totals don't add up"],
    ['a sum below 0', line.replace('"unchanged":1', '"unchanged":-1'), 'tally.unchanged'],
    ['another summary', line.replace('"summary":{"changes":3', '"summary":{"changes":2'), 'its summary'],
    ['another checksum', line.replace(/"crc32":\d/, '"crc32":'), 'its checksum is wrong'],
    ['records that are not as they were written', line.replace('example.com/ä/1', 'example.com/ä/9'), 'checksum'],
    [
      'doubt of a field that does not change',
      rewrite(line, '["Tweets__c"]', '["Likes__c"]'),
      'no reason for being deferred',
    ],
    ['resolving without deferred changes', write({ ...STEP, resolvesDeferred: true }), 'none are deferred'],
    ['an end that says more', '{"end":true,"tally":{},"more":1}', 'tally'],
    ['null', 'null', 'must be an object'],
    ['no JSON', line.slice(0, -9), 'is not JSON'],
    ['nothing', '', 'is not JSON'],
  ];
  for (const [what, other, says] of WRONG) {
    it(`with ${what}, is refused with its number`, () => {
      expect(read([other]))
        .to.be.a('string')
        .that.includes(says)
        .and.matches(/^line 2 (isn't|is not) /);
    });
  }

  it('of an undo plan may clear a field, and hold any value a record held', () => {
    const cleared = write(
      stepOf([change(1, { Tweets__c: [1, null], Likes__c: [2, -1.5], Counted_At__c: [STAMP, null] })]),
    );
    expect(read([cleared], { reversed: true })).to.deep.include({ changes: 1 });
    expect(read([cleared])).to.include("isn't a valid count");
    const text = write(stepOf([change(1, { Tweets__c: [1, 'x'] })]));
    expect(read([text], { reversed: true })).to.include('"x" isn\'t a valid count');
  });

  it('of a recovered plan may name any field, but no text', () => {
    const header = { ...HEADER, urlField: '', fields: {}, stampField: null };
    const rebuilt = (fields: Change['fields']): unknown => read([write(stepOf([change(1, fields)]))], { header });
    expect(rebuilt({ Any__c: [null, 7], At__c: [null, STAMP], Empty__c: [null, null] })).to.deep.include({
      changes: 1,
    });
    expect(rebuilt({ Any__c: [null, 'x'] })).to.include("isn't a valid count");
    expect(rebuilt({ 'a b': [null, 1] })).to.include("isn't a field");
    expect(rebuilt({ attributes: [null, 1] })).to.include("isn't a field");
  });

  it('must not name a record that another names, in whatever form, near or far', () => {
    const twice = (first: readonly Change[], second: readonly Change[]): unknown =>
      read([
        write(stepOf(first)),
        write(
          stepOf(second, {
            tally: tallyOf({ queried: first.length + second.length, changed: first.length + second.length }),
          }),
        ),
      ]);
    const [one, two, three] = [change(1), change(2), change(3)];
    expect(twice([one, two], [three])).to.deep.include({ changes: 1 });
    expect(twice([two, three], [one])).to.deep.include({ changes: 1 });
    for (const again of [one, two, { ...two, id: two.id.slice(0, 15) }]) {
      expect(twice([one, two], [three, again])).to.match(/^line 3 .*repeats an earlier record$/);
    }
    const short = { ...one, id: one.id.slice(0, 15) };
    expect(read([write(stepOf([short, one]))])).to.match(/^line 2 .*repeats an earlier record$/);
  });

  it('that is passed over by its spelling is one that is right when it is parsed (any change)', () => {
    const value = fc.oneof(
      fc.constantFrom(null, 0, -0, 1.5, -7, 1e21, 2 ** 53, STAMP, 'x', '1', true, [], {}),
      fc.nat(),
      fc.double({ noNaN: true }),
    );
    const name = fc.constantFrom('Tweets__c', 'Likes__c', 'Counted_At__c', 'Author__c', 'id', '__proto__');
    const any = fc.record({
      id: fc.oneof(fc.nat(9999).map(idOf), fc.string({ maxLength: 18 })),
      url: fc.string({ unit: 'binary', maxLength: 9 }),
      fields: fc.dictionary(name, fc.tuple(value, value), { maxKeys: 3 }),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 4 }), fc.boolean(), (changes, reversed) => {
        const step = stepOf(changes as unknown as Change[], { through: null });
        const spelt = JSON.stringify(shuffled(step));
        // Passed over by its spelling or parsed: the same is said of both.
        const quick = read([write(step)], { reversed });
        expect(quick).to.deep.equal(read([spelt], { reversed }));
      }),
      { numRuns: 2000 },
    );
  });
});
