import { expect } from 'chai';
import fc from 'fast-check';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runsFolder } from '../../src/journal/runs-folder.ts';
import { journalPath, listRunIds, newRunId, prepareFolder, readRun } from '../../src/journal/runs.ts';
import type { Fact, JournalEntry } from '../../src/model/run-facts.ts';
import { entriesOf, RUN, stateAfter } from '../model/run-fixtures.ts';
import { errorOf, inFolder } from './folder.ts';

const ID = '20261123T073015Z-4f2a1c';
const NOW = Date.parse('2026-11-23T07:30:15.999Z');
const DAY = 24 * 3600 * 1000;

const linesOf = (entries: readonly object[]): string => entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');

const FACTS: Fact[] = [
  { fact: 'opening', mode: 'Parallel' },
  { fact: 'job', job: '750000000000001AAA', mode: 'Parallel' },
  { fact: 'sending', batch: 1, job: '750000000000001AAA', rows: [[0, 10]], round: 0 },
  { fact: 'sent', batch: 1, id: '751000000000001AAA' },
];

/** Writes the journal of a run with these facts after the first. */
const writeRun = (folder: string, runId: string, facts: readonly Fact[], more = ''): Promise<void> =>
  writeFile(journalPath(folder, runId), linesOf(entriesOf([{ ...RUN, runId } as Fact, ...facts])) + more);

describe('run ids', () => {
  it('say when the run began, to the second', () => {
    expect(newRunId(undefined, NOW)).to.match(/^20261123T073015Z-[0-9a-f]{6}$/);
  });

  const CASES: [name: string, newest: string, stamp: string][] = [
    ['an older run', '20261123T073014Z-ffffff', '20261123T073015Z'],
    ['a run of the same second', '20261123T073015Z-000000', '20261123T073016Z'],
    ['a clock that was set back an hour', '20261123T083015Z-000000', '20261123T083016Z'],
    ['a clock that was set back over midnight', '20261231T235959Z-000000', '20270101T000000Z'],
    ['something that is not a run', 'notes', '20261123T073015Z'],
  ];
  for (const [name, newest, stamp] of CASES) {
    it(`sort after ${name}`, () => expect(newRunId(newest, NOW).slice(0, 16)).to.equal(stamp));
  }

  it('are unique and sorted, however the clock jumps', () => {
    const clock = fc.array(fc.integer({ min: 0, max: 4e12 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(clock, (times) => {
        const ids: string[] = [];
        for (const time of times) ids.push(newRunId(ids.at(-1), time));
        expect(ids.toSorted()).to.deep.equal(ids);
        expect(new Set(ids)).to.have.property('size', ids.length);
      }),
    );
  });
});

describe('the folder of the runs', () => {
  it('is below the data folder of the CLI', () => {
    expect(runsFolder(join('/', 'data'))).to.equal(join('/', 'data', 'byline', 'runs'));
  });

  it(
    'is made, for its owner only, and holds no run where it was not there',
    inFolder(async (folder) => {
      const runs = runsFolder(folder);
      expect(await listRunIds(runs)).to.deep.equal([]);
      await prepareFolder(runs, NOW);
      if (process.platform !== 'win32') expect((await stat(runs)).mode & 0o777).to.equal(0o700);
      await prepareFolder(runs, NOW);
    }),
  );

  it(
    'lists runs newest first, and nothing else',
    inFolder(async (folder) => {
      for (const name of [
        `${ID}.jsonl`,
        `${ID}.plan.jsonl`,
        `${ID}.readings.jsonl`,
        `${ID}.readings.older.jsonl`,
        '20261124T000000Z-aaaaaa.jsonl',
        'notes.jsonl',
        '20250101T000000Z-aaaaaa.plan.jsonl',
        `${ID}.lock`,
      ]) {
        await writeFile(join(folder, name), '');
      }
      expect(await listRunIds(folder)).to.deep.equal(['20261124T000000Z-aaaaaa', ID]);
    }),
  );

  it(
    'keeps runs for 30 days, and what is not a run for ever',
    inFolder(async (folder) => {
      const stamp = (time: number): string => newRunId(undefined, time);
      const [kept, old] = [stamp(NOW - 30 * DAY + 1000), stamp(NOW - 30 * DAY - 1000)];
      for (const name of [
        `${kept}.jsonl`,
        `${kept}.plan.jsonl`,
        `${old}.jsonl`,
        `${old}.plan.jsonl`,
        `${old}.readings.jsonl`,
        `${old}.readings.older.jsonl`,
        `${old}.lock`,
        'notes.txt',
      ]) {
        await writeFile(join(folder, name), '');
      }
      await prepareFolder(folder, NOW);
      expect((await readdir(folder)).toSorted()).to.deep.equal(
        [`${kept}.jsonl`, `${kept}.plan.jsonl`, 'notes.txt'].toSorted(),
      );
    }),
  );
});

describe('readRun', () => {
  it(
    'adds up the facts, and returns where the journal continues',
    inFolder(async (folder) => {
      await writeRun(folder, ID, FACTS);
      const { state, size } = await readRun(folder, ID);
      expect(state).to.deep.equal(stateAfter(...FACTS));
      expect(size).to.equal((await stat(journalPath(folder, ID))).size);
    }),
  );

  it(
    'leaves out a last line that was torn',
    inFolder(async (folder) => {
      await writeRun(folder, ID, FACTS);
      const { size } = await stat(journalPath(folder, ID));
      await writeRun(folder, ID, FACTS, '{"fact":"closed","job":"7500');
      const read = await readRun(folder, ID);
      expect(read.size).to.equal(size);
      expect(read.state).to.deep.equal(stateAfter(...FACTS));
    }),
  );

  const [begun, ...others] = entriesOf([RUN, ...FACTS]);
  const at = { at: 1, api: 1 };
  const WRONG: [name: string, lines: readonly unknown[], says: RegExp][] = [
    ['a journal that does not begin with a run', others, /line 1: /],
    ['a line that is not JSON', [begun, undefined, others[0]], /line 2 is not JSON/],
    ['a second beginning', [begun, begun], /line 2: /],
    [
      'a fact of a batch that was not sent',
      [begun, { fact: 'sent', batch: 4, id: '751000000000004AAA', ...at }],
      /line 2: batch 4 was never sent/,
    ],
    [
      'a fact of another job',
      [begun, { fact: 'closed', job: '750000000000009AAA', ...at }],
      /line 2: job 750000000000009AAA is not one of the run/,
    ],
    ['an unknown fact', [begun, { fact: 'sennt', batch: 1, ...at }], /line 2: /],
    ['a line that says nothing', [begun, {}], /line 2: /],
    ['null', [begun, null], /line 2: /],
    [
      'a fact that lacks its rows',
      [begun, others[0], others[1], { fact: 'sending', batch: 1, job: '750000000000001AAA', round: 0, ...at }],
      /line 4: /,
    ],
    ['nothing at all', [], /no whole line/],
  ];
  for (const [name, lines, says] of WRONG) {
    it(
      `${name}: an error that names file and line, and nothing is guessed`,
      inFolder(async (folder) => {
        const text = lines.map((line) => `${line === undefined ? '{"fact":' : JSON.stringify(line)}\n`).join('');
        await writeFile(journalPath(folder, ID), text);
        const error = await errorOf(readRun(folder, ID));
        expect(error).to.match(new RegExp(`^JournalDamagedError: The journal .*${ID}\\.jsonl is damaged: `));
        expect(error).to.match(says);
      }),
    );
  }

  it(
    'a journal of a newer version is named as such',
    inFolder(async (folder) => {
      const newer = { ...begun, version: 2, fact: 'run' } as unknown as JournalEntry;
      await writeFile(journalPath(folder, ID), linesOf([newer, { fact: 'teleported' }]));
      expect(await errorOf(readRun(folder, ID))).to.match(
        /^JournalTooNewError: The journal .* is of the newer version 2\.$/,
      );
    }),
  );
});
