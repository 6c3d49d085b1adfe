import { expect } from 'chai';
import type { Fact, JournalEntry, RowFailure } from '../../src/model/run-facts.ts';
import { applyEntry, beginRun } from '../../src/model/run-state.ts';
import { entriesOf, ORG, RUN, SETTINGS, stateAfter, tallyOf } from './run-fixtures.ts';

const JOB: Fact = { fact: 'job', job: '750A', mode: 'Parallel' };
const SENDING: Fact = { fact: 'sending', batch: 1, job: '750A', rows: [[0, 10]], round: 0 };
const OUTCOME = {
  fact: 'outcome',
  batch: 1,
  state: 'Completed',
  message: null,
  failed: [],
  again: [],
  unprocessed: [],
} as const;

const failure = (row: number, statusCode = 'LOCKED'): RowFailure => ({
  row,
  id: `a01${row}`,
  statusCode,
  message: 'no',
  fields: [],
});

describe('the state of a run', () => {
  it('begins with what the run is for, and with nothing done', () => {
    expect(stateAfter()).to.deep.equal({
      ...{ runId: '20261123T073015Z-4f2a1c', command: 'sync', org: ORG, apiVersion: '64.0', settings: SETTINGS },
      ...{ startedAt: 1_000_000, lastAt: 1_000_000, apiUsed: 0, forecast: 0, tally: null, opening: null, openingAt: 0 },
      ...{ jobs: [], batches: [], end: null },
      failures: { update: { first: [], counts: new Map() }, upsert: { first: [], counts: new Map() } },
      skipped: { update: { unchanged: [], conflicts: [] }, upsert: { unchanged: [], conflicts: [] } },
    });
  });

  it('of a journal that names no API is one of a Bulk API job, and keeps no history', () => {
    const settingsOf = (settings: object): object =>
      beginRun({ ...RUN, settings, at: 0, api: 0 } as JournalEntry).settings;
    const later = ['api', 'history'];
    const stored: object = Object.fromEntries(Object.entries(SETTINGS).filter(([key]) => !later.includes(key)));
    expect(settingsOf(stored)).to.deep.equal({ ...stored, api: 'bulk', history: null });
    expect(settingsOf({ ...stored, api: 'rest' })).to.deep.equal({ ...stored, api: 'rest', history: null });
  });

  it('takes time and API requests from each fact', () => {
    expect(stateAfter(JOB, SENDING)).to.include({ startedAt: 1_000_000, lastAt: 1_002_000, apiUsed: 2 });
  });

  it('planned: holds the sums', () => {
    const tally = tallyOf({ queried: 3 });
    expect(stateAfter({ fact: 'planned', tally, forecast: 9 })).to.include({ tally, forecast: 9 });
  });

  it('opening: a job may be there, until it is known', () => {
    expect(stateAfter({ fact: 'opening', mode: 'Serial' })).to.deep.include({
      opening: { operation: 'update', mode: 'Serial' },
      openingAt: 1_001_000,
    });
    const known = stateAfter({ fact: 'opening', mode: 'Serial' }, { fact: 'job', job: '750B', mode: 'Serial' });
    expect(known).to.deep.include({
      opening: null,
      jobs: [{ id: '750B', operation: 'update', mode: 'Serial', state: 'Open' }],
    });
  });

  it('closed and aborted: of that job only', () => {
    const two: Fact[] = [JOB, { fact: 'job', job: '750B', mode: 'Serial' }];
    expect(stateAfter(...two, { fact: 'closed', job: '750B' }).jobs.map(({ state }) => state)).to.deep.equal([
      'Open',
      'Closed',
    ]);
    expect(stateAfter(...two, { fact: 'aborted', job: '750A' }).jobs.map(({ state }) => state)).to.deep.equal([
      'Aborted',
      'Open',
    ]);
  });

  const PHASES: [facts: Fact[], phase: string, id: string | null][] = [
    [[], 'sending', null],
    [[{ fact: 'sent', batch: 1, id: '751A' }], 'sent', '751A'],
    [[{ fact: 'unsent', batch: 1 }], 'unsent', null],
    [[{ fact: 'sent', batch: 1, id: '751A' }, OUTCOME], 'settled', '751A'],
  ];
  for (const [facts, phase, id] of PHASES) {
    it(`a batch after ${['sending', ...facts.map(({ fact }) => fact)].join(', ')} is ${phase}`, () => {
      expect(stateAfter(JOB, SENDING, ...facts).batches.map((batch) => [batch.phase, batch.id])).to.deep.equal([
        [phase, id],
      ]);
    });
  }

  it('a batch accepted knows when', () => {
    expect(stateAfter(JOB, SENDING, { fact: 'sent', batch: 1, id: '751A' }).batches[0]?.sentAt).to.equal(1_003_000);
  });

  it('outcome: what is not failed, again or unprocessed is updated', () => {
    const state = stateAfter(
      JOB,
      SENDING,
      { fact: 'sent', batch: 1, id: '751A' },
      {
        ...OUTCOME,
        ...{
          state: 'Failed',
          message: 'half way',
          failed: [failure(0), failure(4)],
          again: [[5, 7]],
          unprocessed: [[9, 10]],
        },
      },
    );
    expect(state.batches[0]).to.deep.include({
      ...{ state: 'Failed', message: 'half way', updated: 5, failed: 2, retryRows: [[5, 7]], unprocessed: [[9, 10]] },
    });
    expect(state.failures.update.first.map(({ row }) => row)).to.deep.equal([0, 4]);
  });

  it('a batch without a job is settled by its outcome alone', () => {
    const alone: Fact = { ...SENDING, job: null };
    expect(stateAfter(alone).batches[0]).to.include({ phase: 'sending', job: null });
    const state = stateAfter(alone, { ...OUTCOME, failed: [failure(2)] });
    expect(state).to.deep.include({ jobs: [] });
    expect(state.batches[0]).to.include({ phase: 'settled', job: null, id: null, updated: 9, failed: 1 });
  });

  it('keeps the first 200 failures, and counts all of them by status code', () => {
    const failed = Array.from({ length: 250 }, (_, row) => failure(row, row % 2 === 0 ? 'A' : 'B'));
    const state = stateAfter(JOB, { ...SENDING, rows: [[0, 300]] }, { ...OUTCOME, failed });
    expect(state.failures.update.first).to.deep.equal(failed.slice(0, 200));
    expect([...state.failures.update.counts]).to.deep.equal([
      ['A', 125],
      ['B', 125],
    ]);
    expect(state.batches[0]?.updated).to.equal(50);
  });

  it('ended and resumed: a resumed run has not ended', () => {
    const ended: Fact = { fact: 'ended', state: 'Failed', reason: 'no space left' };
    expect(stateAfter(ended).end).to.deep.equal({ state: 'Failed', reason: 'no space left' });
    expect(stateAfter(ended, { fact: 'resumed' }).end).to.equal(null);
  });

  const WRONG: [name: string, fact: Fact, says: RegExp][] = [
    ['a second run', RUN, /"run" once/],
    ['a batch after one that is missing', { ...SENDING, job: null, batch: 2 }, /batch 2 is out of order/],
    ['a batch nobody sent', { fact: 'sent', batch: 7, id: '751A' }, /batch 7 was never sent/],
    ['the outcome of such a batch', { ...OUTCOME, batch: 7 }, /batch 7 was never sent/],
    ['a batch of a job that is not of the run', SENDING, /job 750A is not one of the run/],
    ['the end of a job that is not of the run', { fact: 'closed', job: '750Z' }, /job 750Z is not one of the run/],
  ];
  for (const [name, fact, says] of WRONG) {
    it(`${name} fits nothing`, () => {
      const state = stateAfter();
      const [entry] = entriesOf([fact]);
      expect(() => applyEntry(state, entry!)).to.throw(TypeError, says);
    });
  }

  it('a journal that begins with anything else is none', () => {
    expect(() => beginRun(entriesOf([JOB])[0]!)).to.throw(TypeError, 'not "job"');
  });
});
