import { expect } from 'chai';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bylineError } from '../../src/errors.ts';
import { findRun, type WhyUnfit } from '../../src/journal/find-run.ts';
import { journalPath } from '../../src/journal/runs.ts';
import type { Fact } from '../../src/model/run-facts.ts';
import { entriesOf, RUN } from '../model/run-fixtures.ts';
import { errorOf, inFolder } from './folder.ts';

const [OLD, NEW] = ['20261123T073015Z-4f2a1c', '20261124T000000Z-aaaaaa'];
const JOB = '750000000000001AAA';

async function write(folder: string, runId: string, facts: readonly Fact[]): Promise<void> {
  const entries = entriesOf([{ ...RUN, runId } as Fact, ...facts]);
  await writeFile(journalPath(folder, runId), entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
}

const withRuns = (test: (folder: string) => Promise<void>): (() => Promise<void>) =>
  inFolder(async (folder) => {
    await write(folder, OLD, [{ fact: 'job', job: JOB, mode: 'Parallel' }]);
    await write(folder, NEW, []);
    await test(folder);
  });

/** Passes over these runs. */
const unfit =
  (...ids: string[]): WhyUnfit =>
  ({ runId }) =>
    ids.includes(runId) ? bylineError('undoDryRun', [runId]) : null;

describe('findRun', () => {
  it(
    'finds the newest, the one with the id, or the one a job belongs to, by 15 or 18 characters',
    withRuns(async (folder) => {
      expect((await findRun(folder, { by: 'newest' }))?.runId).to.equal(NEW);
      for (const runId of [OLD, NEW]) expect((await findRun(folder, { by: 'run', runId }))?.runId).to.equal(runId);
      for (const job of [JOB, JOB.slice(0, 15)])
        expect((await findRun(folder, { by: 'job', job }))?.runId).to.equal(OLD);
      expect(await findRun(folder, { by: 'job', job: '750000000000005AAA' })).to.equal(undefined);
    }),
  );

  it(
    'selects the newest run a command can work on; if there is none, gives the reason for the newest',
    withRuns(async (folder) => {
      expect((await findRun(folder, { by: 'newest' }, unfit(NEW)))?.runId).to.equal(OLD);
      expect(await errorOf(findRun(folder, { by: 'newest' }, unfit(OLD, NEW)))).to.match(
        new RegExp(`^UndoDryRunError: The run ${NEW} `),
      );
    }),
  );

  it(
    'never takes another run than the one that is named',
    withRuns(async (folder) => {
      for (const which of [{ by: 'run', runId: OLD } as const, { by: 'job', job: JOB } as const])
        expect(await errorOf(findRun(folder, which, unfit(OLD)))).to.include(`The run ${OLD} `);
      const unknown = { by: 'run', runId: '20261124T000000Z-bbbbbb' } as const;
      expect(await errorOf(findRun(folder, unknown))).to.match(/^RunUnknownError: There is no run 2026.*-bbbbbb/);
      expect(await errorOf(findRun(folder, { by: 'run', runId: '../other/run' }))).to.match(/^RunUnknownError/);
    }),
  );

  it(
    'reports that there are no runs',
    inFolder(async (folder) => {
      expect(await errorOf(findRun(folder, { by: 'newest' }))).to.match(/^NoRunsError/);
      await mkdir(join(folder, 'empty'));
      expect(await findRun(join(folder, 'empty'), { by: 'job', job: JOB })).to.equal(undefined);
    }),
  );
});
