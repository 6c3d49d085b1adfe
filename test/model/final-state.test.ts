import { expect } from 'chai';
import { EXIT_CODES, exitCodeOf } from '../../src/model/exit-codes.ts';
import type { Fact, PlannedService, RunEnd } from '../../src/model/run-facts.ts';
import { countsMissing, finalState } from '../../src/model/final-state.ts';
import { SERVICE, stateAfter, tallyOf } from './run-fixtures.ts';

const failed = [{ row: 0, id: 'a01', statusCode: 'X', message: '', fields: [] }];

type Case = {
  readonly name: string;
  readonly batch?: Partial<Extract<Fact, { fact: 'outcome' }>>;
  readonly service?: Partial<PlannedService>;
  readonly end: RunEnd;
};

const CASES: readonly Case[] = [
  { name: 'nothing to write', end: 'Completed' },
  { name: 'every row written', batch: {}, end: 'Completed' },
  { name: 'a row refused', batch: { failed }, end: 'CompletedWithFailures' },
  { name: 'rows without a result', batch: { state: 'Failed', unprocessed: [[3, 5]] }, end: 'CompletedWithFailures' },
  { name: 'a job somebody aborted', batch: { state: 'NotProcessed', unprocessed: [[0, 5]] }, end: 'Aborted' },
  { name: 'counts that failed', batch: {}, service: { failed: 1, state: 'degraded' }, end: 'CompletedWithFailures' },
  {
    name: 'a service that looks dead',
    batch: {},
    service: { ok: 9, state: 'looks-dead' },
    end: 'CompletedWithFailures',
  },
  { name: 'counts that failed, and nothing to write', service: { failed: 1 }, end: 'CompletedWithFailures' },
  {
    name: 'a budget that was spent',
    batch: {},
    service: { skipped: 3, state: 'stopped' },
    end: 'CompletedWithFailures',
  },
];

describe('the verdict on a run', () => {
  for (const { name, batch, service, end } of CASES) {
    it(`${name}: ${end}`, () => {
      const facts: Fact[] = [
        { fact: 'planned', forecast: 0, tally: tallyOf({ services: { twitter: { ...SERVICE, ...service } } }) },
      ];
      if (batch) {
        const outcome = { state: 'Completed', message: null, failed: [], again: [], unprocessed: [], ...batch };
        facts.push(
          { fact: 'job', job: '750A', mode: 'Parallel' },
          { fact: 'sending', batch: 1, job: '750A', rows: [[0, 5]], round: 0 },
          { fact: 'sent', batch: 1, id: '751A' },
          { fact: 'outcome', batch: 1, ...outcome },
        );
      }
      expect(finalState(stateAfter(...facts))).to.equal(end);
    });
  }

  it('no record that services can be asked for: counts are missing; some are part of every org', () => {
    const ended = (queried: number, skippedUrls: number): RunEnd =>
      finalState(stateAfter({ fact: 'planned', forecast: 0, tally: tallyOf({ queried, skippedUrls }) }));
    expect([ended(4, 4), ended(4, 3), ended(0, 0)]).to.deep.equal(['CompletedWithFailures', 'Completed', 'Completed']);
  });

  it('rows of an aborted job that another batch has written since are no failure', () => {
    const outcome = { message: null, failed: [], again: [] };
    const state = stateAfter(
      { fact: 'job', job: '750A', mode: 'Parallel' },
      { fact: 'sending', batch: 1, job: '750A', rows: [[0, 5]], round: 0 },
      { fact: 'outcome', batch: 1, state: 'NotProcessed', unprocessed: [[0, 5]], ...outcome },
      { fact: 'sending', batch: 2, job: '750A', rows: [[0, 5]], round: 0 },
      { fact: 'outcome', batch: 2, state: 'Completed', unprocessed: [], ...outcome },
    );
    expect(finalState(state)).to.equal('Completed');
  });

  it('without a plan no count is missing', () => {
    expect(countsMissing(null)).to.equal(false);
  });
});

describe('exit codes', () => {
  const ENDS: Record<RunEnd, number> = {
    ...{ Planned: 0, Completed: 0, CompletedWithFailures: 68, Aborted: 68, InProgress: 69, Failed: 1 },
  };
  for (const [end, code] of Object.entries(ENDS)) {
    it(`${end}: ${code}`, () => expect(exitCodeOf(end as RunEnd)).to.equal(code));
  }

  it('are those of the contract', () => {
    expect(Object.values(EXIT_CODES)).to.deep.equal([0, 1, 2, 68, 69, 129, 130, 143]);
  });
});
