import { expect } from 'chai';
import type { RunResult } from '../../src/report/result.ts';
import { nextSteps, writtenFiles } from '../../src/report/next-steps.ts';
import { SETTINGS } from '../model/run-fixtures.ts';
import { resultOf } from './fixtures.ts';

const stepsOf = (over: Partial<RunResult>, settings = SETTINGS): string[] =>
  nextSteps({ settings }, resultOf(over), ' --target-org my-org');
const RUN = '20261123T073015Z-4f2a1c';
const UNDO = `Undo the run with "sf byline undo --run-id ${RUN}".`;
const DRY = { dryRun: true, state: 'Planned' } as const;
const NOTHING = {
  queried: 3,
  eligible: 3,
  unchanged: 3,
  changed: 0,
  updated: 0,
  failed: 0,
  unprocessed: 0,
  skipped: 0,
};
const { files } = resultOf();

describe('report: what comes next', () => {
  it('after a preview: apply the plan, where it was saved', () => {
    expect(stepsOf(DRY)).to.deep.equal(['To write these changes, repeat the command without --dry-run.']);
    expect(stepsOf({ ...DRY, files: { ...files, plan: "a b's.jsonl" } })).to.deep.equal([
      `Apply the plan with "sf byline sync --target-org my-org --plan 'a b'\\''s.jsonl'".`,
    ]);
    expect(stepsOf({ ...DRY, records: NOTHING })).to.deep.equal([]);
  });

  it('after a sync: the refused rows, and undo', () => {
    expect(stepsOf({ state: 'CompletedWithFailures' })).to.deep.equal([
      `List the refused rows with "sf byline report --run-id ${RUN} --output-dir results".`,
      UNDO,
    ]);
    expect(stepsOf({ files: { ...files, failed: 'f.csv' } })).to.deep.equal([UNDO]);
    expect(stepsOf({ records: NOTHING })).to.deep.equal([]);
    expect(stepsOf({ state: 'Aborted' })).to.have.length(2);
    expect(stepsOf({ state: 'InProgress' })).to.deep.equal([]);
    expect(stepsOf({ files: { ...files, failed: 'f.csv' } }, { ...SETTINGS, source: { kind: 'job' } })).to.deep.equal(
      [],
    );
  });

  it('the files are named, each once', () => {
    expect(writtenFiles({ files: { ...files, report: 'r.md', success: 's.csv', failed: 'f.csv' } })).to.deep.equal([
      ...['Report: r.md', 'Updated rows: s.csv', 'Rows not updated: f.csv'],
    ]);
    expect(writtenFiles({ files: { ...files, report: null } })).to.deep.equal([]);
  });
});
