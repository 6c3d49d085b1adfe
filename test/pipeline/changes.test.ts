import { expect } from 'chai';
import { failed, ok, type Reading, skipped } from '../../src/model/reading.ts';
import { type ChangeRules, diffRecord, resolveDeferred } from '../../src/pipeline/changes.ts';

const RULES: ChangeRules = { fields: { t: 'T__c' }, all: false, keepHighest: false, allowZeros: false, stamp: null };
const STAMP = { field: 'At__c', value: '2026-11-23T12:00:00.000Z' };
const BELIEVED = new Set(['t']);
const DOUBTED: ReadonlySet<string> = new Set();

/** A record with what its fields hold, and what the services say. */
const record = (
  stored: Record<string, number | string | null>,
  readings: Record<string, Reading>,
  problem?: string,
) => ({
  record: { id: 'a01', url: 'https://a.example.com/', stored },
  problem,
  readings,
});

type Expected = 'changed' | 'unchanged' | 'uncounted' | 'deferred';

/** One service; what the field holds, what the service says, and what becomes of it: as it is, under each rule alone. */
const CASES: [
  before: number | null,
  reading: Reading,
  believed: boolean,
  plain: Expected,
  all: Expected,
  highest: Expected,
  zeros: Expected,
][] = [
  [null, ok(5), true, 'changed', 'changed', 'changed', 'changed'],
  [null, ok(5), false, 'changed', 'changed', 'changed', 'changed'],
  [3, ok(5), true, 'changed', 'changed', 'changed', 'changed'],
  [5, ok(5), true, 'unchanged', 'changed', 'unchanged', 'unchanged'],
  [7, ok(5), true, 'changed', 'changed', 'unchanged', 'changed'],
  [null, ok(0), true, 'changed', 'changed', 'changed', 'changed'],
  [null, ok(0), false, 'deferred', 'deferred', 'deferred', 'changed'],
  [0, ok(0), true, 'unchanged', 'changed', 'unchanged', 'unchanged'],
  [0, ok(0), false, 'unchanged', 'deferred', 'unchanged', 'unchanged'],
  [7, ok(0), true, 'changed', 'changed', 'unchanged', 'changed'],
  [7, ok(0), false, 'deferred', 'deferred', 'unchanged', 'changed'],
  [7, failed('down'), true, 'uncounted', 'uncounted', 'uncounted', 'uncounted'],
  [null, failed('down'), true, 'uncounted', 'uncounted', 'uncounted', 'uncounted'],
  [7, skipped('budget'), true, 'uncounted', 'uncounted', 'uncounted', 'uncounted'],
  [0, failed('down'), false, 'uncounted', 'uncounted', 'uncounted', 'uncounted'],
];

const VARIANTS: [name: string, rules: Partial<ChangeRules>, at: number][] = [
  ['', {}, 3],
  [' with --all', { all: true }, 4],
  [' with --keep-highest', { keepHighest: true }, 5],
  [' with --allow-zeros', { allowZeros: true }, 6],
];

describe('diffRecord', () => {
  for (const row of CASES) {
    const [before, reading, believed] = row;
    for (const [name, rules, at] of VARIANTS) {
      const said = reading.state === 'ok' ? `a ${believed ? 'believed' : 'doubted'} ${reading.count}` : reading.state;
      it(`${before} and ${said}${name}: ${row[at] as Expected}`, () => {
        const diff = diffRecord(
          record({ T__c: before }, { t: reading }),
          { ...RULES, ...rules },
          believed ? BELIEVED : DOUBTED,
        );
        expect(diff.kind).to.equal(row[at]);
        if (reading.state !== 'ok') return;
        const change = { id: 'a01', url: 'https://a.example.com/', fields: { T__c: [before, reading.count] } };
        if (diff.kind === 'changed') expect(diff.change).to.deep.equal(change);
        if (diff.kind === 'deferred')
          expect(diff.deferred).to.deep.equal({ ...change, doubtful: ['T__c'], counted: false });
      });
    }
  }

  it('a record with a problem is skipped, whatever it holds', () => {
    expect(
      diffRecord(record({ T__c: 1 }, {}, 'no URL'), { ...RULES, all: true, stamp: STAMP }, BELIEVED),
    ).to.deep.equal({ kind: 'skipped', reason: 'no URL' });
  });

  it('holds only the fields that change, and none of a service that failed', () => {
    const rules = { ...RULES, fields: { a: 'A__c', b: 'B__c', c: 'C__c', d: 'D__c' } };
    const readings = { a: ok(5), b: ok(6), c: failed('down'), d: skipped('budget') };
    expect(
      diffRecord(record({ A__c: 5, B__c: null, C__c: 1, D__c: 1 }, readings), rules, new Set(['a', 'b'])),
    ).to.deep.equal({
      kind: 'changed',
      change: { id: 'a01', url: 'https://a.example.com/', fields: { B__c: [null, 6] } },
    });
  });

  it('a field the record says nothing of is an empty one', () => {
    expect(diffRecord(record({}, { t: ok(5) }), RULES, BELIEVED)).to.have.nested.property(
      'change.fields.T__c[0]',
      null,
    );
  });

  it('one doubted 0 holds the whole record back, and tells whether another count was had', () => {
    const rules = { ...RULES, fields: { a: 'A__c', b: 'B__c' } };
    const diff = diffRecord(record({ A__c: 3, B__c: 3 }, { a: ok(0), b: ok(9) }), rules, new Set(['b']));
    expect(diff).to.deep.equal({
      kind: 'deferred',
      deferred: {
        ...{
          id: 'a01',
          url: 'https://a.example.com/',
          fields: { A__c: [3, 0], B__c: [3, 9] },
          doubtful: ['A__c'],
          counted: true,
        },
      },
    });
    const unchanged = diffRecord(record({ A__c: 3, B__c: 9 }, { a: ok(0), b: ok(9) }), rules, new Set(['b']));
    expect(unchanged).to.have.nested.property('deferred.counted', true);
  });

  describe('the stamp', () => {
    const stamped = { ...RULES, fields: { a: 'A__c', b: 'B__c' }, stamp: STAMP };
    const both = new Set(['a', 'b']);

    it('is set where every service gave a count, changed or not', () => {
      for (const before of [null, '2026-01-01T00:00:00.000Z']) {
        const stored = { A__c: 1, B__c: 2, At__c: before };
        expect(diffRecord(record(stored, { a: ok(1), b: ok(2) }), stamped, both)).to.deep.equal({
          kind: 'changed',
          change: { id: 'a01', url: 'https://a.example.com/', fields: { At__c: [before, STAMP.value] } },
        });
      }
    });

    it('is not set where one failed', () => {
      const diff = diffRecord(record({ A__c: 1, B__c: 2 }, { a: ok(5), b: failed('down') }), stamped, both);
      expect(diff).to.deep.include({ kind: 'changed' });
      expect(diff).to.have.nested.property('change.fields').that.has.keys('A__c');
    });
  });
});

describe('releaseHeld', () => {
  const deferred = (
    fields: Record<string, [number | string | null, number | string]>,
    doubtful: string[],
    counted = false,
  ) => ({
    ...{ id: 'a01', url: 'u', fields, doubtful, counted },
  });
  const changed = (fields: object): object => ({ kind: 'changed', change: { id: 'a01', url: 'u', fields } });

  it('believed: the change as it was', () => {
    expect(resolveDeferred(deferred({ A__c: [3, 0] }, ['A__c']), new Set(), null)).to.deep.equal(
      changed({ A__c: [3, 0] }),
    );
  });

  it('not believed: the change without that field', () => {
    const both = deferred({ A__c: [3, 0], B__c: [3, 9] }, ['A__c'], true);
    expect(resolveDeferred(both, new Set(['A__c']), null)).to.deep.equal(changed({ B__c: [3, 9] }));
  });

  it('only doubtful fields are dropped: a positive count of the same field stays', () => {
    expect(
      resolveDeferred(deferred({ A__c: [3, 9], B__c: [1, 0] }, ['B__c'], true), new Set(['A__c']), null),
    ).to.deep.equal(changed({ A__c: [3, 9], B__c: [1, 0] }));
  });

  it('nothing left: unchanged where another count was had, uncounted where none was', () => {
    for (const [counted, kind] of [
      [true, 'unchanged'],
      [false, 'uncounted'],
    ] as const) {
      expect(resolveDeferred(deferred({ A__c: [3, 0] }, ['A__c'], counted), new Set(['A__c']), null)).to.deep.equal({
        kind,
      });
    }
  });

  it('a field that is dropped takes the stamp along; a believed one leaves it', () => {
    const stamped = deferred({ A__c: [3, 0], At__c: [null, 'now'] }, ['A__c']);
    expect(resolveDeferred(stamped, new Set(['A__c']), 'At__c')).to.deep.equal({ kind: 'uncounted' });
    expect(resolveDeferred(stamped, new Set(), 'At__c')).to.deep.equal(changed({ A__c: [3, 0], At__c: [null, 'now'] }));
  });
});
