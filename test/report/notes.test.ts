import { expect } from 'chai';
import type { Fact } from '../../src/model/run-facts.ts';
import { notesOn, resumeCommand } from '../../src/report/notes.ts';
import { toResult } from '../../src/report/result.ts';
import { stateAfter } from '../model/run-fixtures.ts';

const JOB = '750000000000001AAA';
const RUN_ID = '20261123T073015Z-4f2a1c';
const SENT: Fact[] = [
  { fact: 'job', job: JOB, mode: 'Parallel' },
  { fact: 'sending', batch: 1, job: JOB, rows: [[0, 10]], round: 0 },
  { fact: 'sent', batch: 1, id: '751000000000001AAA' },
  { fact: 'closed', job: JOB },
];
const SETTLED: Fact = {
  ...{ fact: 'outcome', batch: 1, state: 'Completed', message: null, failed: [], unprocessed: [] },
  again: [[0, 1]],
};
const INTERRUPTED: Fact = { fact: 'ended', state: 'InProgress', reason: 'Interrupted.' };

function notesAfter(...facts: Fact[]): string[] {
  const state = stateAfter(...facts);
  const files = {
    settings: null,
    journal: null,
    plan: null,
    planDigest: null,
    report: null,
    success: null,
    failed: null,
    historySuccess: null,
    historyFailed: null,
  };
  return notesOn(state, toResult(state, { changes: [], files, tally: null, apiUsage: null }));
}

describe('report: how to go on with a run', () => {
  it('the job is still running only while the org has batches to process', () => {
    expect(notesAfter(...SENT, INTERRUPTED)).to.deep.equal([
      `Job ${JOB} is still running. Resume it with "sf byline resume --job-id ${JOB}".`,
    ]);
    expect(notesAfter(...SENT, SETTLED, INTERRUPTED)).to.deep.equal([
      `Run ${RUN_ID} is not finished. Resume it with "sf byline resume --job-id ${JOB}".`,
    ]);
  });

  it('rows that were sent again are told in a sentence', () => {
    const again = (round: number): Fact[] => [
      { fact: 'sending', batch: 1 + round, job: JOB, rows: [[0, 1]], round },
      { fact: 'sent', batch: 1 + round, id: `75100000000000${round}AAA` },
    ];
    const met = (round: number): Fact => ({ ...SETTLED, batch: 1 + round });
    const [first, ...others] = [...SENT, SETTLED, ...again(1)];
    expect(notesAfter(first!, ...others)[0]).to.equal(
      '1 row was sent again once, in a Serial job, as it met a lock or its batch failed.',
    );
    expect(notesAfter(...SENT, SETTLED, ...again(1), met(1), ...again(2))[0]).to.equal(
      '1 row was sent again up to 2 times, in a Serial job, as it met a lock or its batch failed.',
    );
  });

  it('a run without a job is named by its id', () => {
    expect(notesAfter(INTERRUPTED)).to.deep.equal([
      `Run ${RUN_ID} is not finished. Resume it with "sf byline resume --run-id ${RUN_ID}".`,
    ]);
    expect(resumeCommand({ runId: RUN_ID, jobs: [{ id: JOB }] })).to.equal(`sf byline resume --job-id ${JOB}`);
  });
});
