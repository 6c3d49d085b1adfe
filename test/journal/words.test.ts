import { expect } from 'chai';
import { readHeader } from '../../src/journal/plan-header.ts';
import { DamagedLine } from '../../src/journal/json-lines.ts';
import { StepReader } from '../../src/journal/plan-step.ts';
import { readEntry } from '../../src/journal/read-entry.ts';
import type { HistorySettings } from '../../src/model/history.ts';
import type { PlanHeader } from '../../src/model/plan.ts';
import type { Fact } from '../../src/model/run-facts.ts';
import { entriesOf, idOf, ORG, RUN, SERVICE, tallyOf } from '../model/run-fixtures.ts';

const HISTORY: HistorySettings = {
  ...{ sobject: 'Byline_Count__c', parentField: 'Byline__c', keyField: 'Key__c', dateField: 'Period__c' },
  ...{ fields: { twitter: 'Tweets__c' }, changeFields: { twitter: 'Tweets_Change__c' } },
  ...{ rows: 'changed', period: '2026-11-23' },
};
const HEADER: PlanHeader = {
  ...{ plan: 1, runId: '20261123T073015Z-4f2a1c', createdAt: '2026-11-23T07:30:15.000Z', org: ORG },
  ...{ sobject: 'Byline__c', urlField: 'Published_URL__c', stampField: 'Counted_At__c', history: HISTORY },
  fields: { twitter: 'Tweets__c' },
};
const TALLY = tallyOf({
  ...{ queried: 1, changed: 1, skipReasons: { 'not public': 1 }, services: { twitter: SERVICE } },
  history: { rows: 0, created: 0, conflicts: 0, queried: 0 },
});
/** A step as its line in the file holds it. */
const STEP = {
  changes: [{ id: idOf(1), url: 'https://a.example.com/', fields: { Tweets__c: [null, 1] } }],
  ...{ held: [], conflicts: [], history: [], releases: false, through: idOf(1), tally: TALLY },
};
const RUN_OF_HISTORY = { ...RUN, settings: { ...(RUN as Extract<Fact, { fact: 'run' }>).settings, history: HISTORY } };
const SHARDED = {
  ...RUN_OF_HISTORY,
  settings: {
    ...RUN_OF_HISTORY.settings,
    source: { ...RUN_OF_HISTORY.settings.source, shard: { index: 1, count: 2 }, digits: { twitter: 3 } },
  },
};
const [JOB, BATCH] = ['750000000000001AAA', '751000000000001AAA'];
const FACTS: readonly Fact[] = [
  SHARDED,
  {
    ...SHARDED,
    settings: { ...SHARDED.settings, source: { kind: 'plan', path: 'p', runId: HEADER.runId, reversed: false } },
  } as Fact,
  { fact: 'planned', tally: TALLY, forecast: 3 },
  { fact: 'opening', mode: 'Parallel' },
  { fact: 'job', job: JOB, mode: 'Parallel' },
  { fact: 'sending', batch: 1, job: JOB, rows: [[0, 1]], round: 0 },
  { fact: 'sent', batch: 1, id: BATCH },
  { fact: 'skipped', unchanged: [[0, 1]], conflicts: [] },
  {
    ...{ fact: 'outcome', batch: 1, state: 'Completed', message: null, again: [], unprocessed: [] },
    failed: [{ row: 0, id: idOf(1), statusCode: 'X', message: 'no', fields: ['Tweets__c'] }],
  },
  { fact: 'ended', state: 'Completed', reason: null },
];

const WRONG: readonly unknown[] = [
  undefined,
  null,
  true,
  -1,
  1.5,
  2 ** 60,
  '',
  '\u202e<x>',
  [],
  [[]],
  [1, 2, 3],
  {},
  { x: 1 },
];

/** A value with each of its parts replaced by what does not belong there, and with a key more in each object. */
function* damaged(value: unknown): Generator<unknown, void, undefined> {
  yield* WRONG;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, part] of Object.entries(value)) {
    for (const other of damaged(part)) {
      yield Array.isArray(value) ? value.with(Number(key), other) : { ...value, [key]: other };
    }
  }
  if (!Array.isArray(value)) yield { ...value, stray: 1 };
}

/** What is said of a value that is refused; `null` where it is not. */
function saidOf(read: () => unknown): string | null {
  try {
    read();
    return null;
  } catch (error) {
    if (error instanceof TypeError || error instanceof DamagedLine || (error as Error).name.endsWith('Error')) {
      return (error as Error).message;
    }
    throw error;
  }
}

/** The words of a validator, and of a program that fell over. */
const FOREIGN =
  /invalid|expected|received|unrecognized|too (?:small|big|long|short)|required|undefined|not a function|reading '/i;

describe('what is wrong with a plan or a journal', () => {
  const raw = (value: unknown, line: number) => {
    const text = JSON.stringify(value) ?? 'null';
    return { bytes: Buffer.from(text), line, offset: 0, length: text.length };
  };
  const READERS: readonly (readonly [string, unknown, (value: unknown) => unknown])[] = [
    ['the header of a plan', HEADER, (value) => readHeader(raw(value, 1), 'plan.jsonl')],
    ['a step of a plan', STEP, (value) => new StepReader(HEADER, false).read(raw(value, 2))],
    ...entriesOf(FACTS).map((entry): [string, unknown, (value: unknown) => unknown] => [
      `the fact "${entry.fact}"`,
      entry,
      readEntry,
    ]),
  ];

  for (const [name, value, read] of READERS) {
    it(`is said in our words, in one line: ${name}`, () => {
      expect(
        saidOf(() => read(value)),
        'undamaged',
      ).to.equal(null);
      let refused = 0;
      for (const other of damaged(value)) {
        const said = saidOf(() => read(other));
        if (said === null) continue;
        refused += 1;
        expect(said, JSON.stringify(other)).not.to.match(FOREIGN).and.not.to.match(/\n/);
      }
      expect(refused).to.be.above(10);
    });
  }

  it('names the key and what must stand there', () => {
    const said = (change: object): string | null => saidOf(() => readHeader(raw({ ...HEADER, ...change }, 1), 'p'));
    expect(said({ sobject: 7 })).to.equal("line 1 isn't a plan header: sobject: must be text");
    expect(said({ fields: undefined })).to.equal("line 1 isn't a plan header: fields: is missing");
    expect(said({ stray: 1 })).to.equal('line 1 isn\'t a plan header: unknown key "stray"');
    expect(said({ urlField: 7 })).to.equal("line 1 isn't a plan header: urlField: isn't the API name of a field");
    expect(said({ history: { ...HISTORY, rows: 'some' } })).to.equal(
      'line 1 isn\'t a plan header: history.rows: must be "changed" or "all"',
    );
  });
});
