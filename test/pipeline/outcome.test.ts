import { expect } from 'chai';
import { type BatchInfo, isFinal, type RowResult } from '../../src/model/bulk.ts';
import type { Range } from '../../src/model/ranges.ts';
import { hasResults, classifyBatch, classifyRecords, MAX_ATTEMPTS, provesSuccess } from '../../src/pipeline/outcome.ts';

const info = (state: string, some: Partial<BatchInfo> = {}): BatchInfo => ({
  ...{ id: '751A', state, stateMessage: null, recordsProcessed: 0, recordsFailed: 0 },
  ...some,
});

const WRITTEN: RowResult = { success: true, statusCode: '', message: '', fields: [] };
const refused = (statusCode: string): RowResult => ({ success: false, statusCode, message: 'no', fields: ['A__c'] });
const behind = (statusCode: string, message: string): RowResult => ({ ...refused(statusCode), message });
const LOCKED = refused('UNABLE_TO_LOCK_ROW');
const INVALID = refused('FIELD_CUSTOM_VALIDATION_EXCEPTION');

describe('the states of a batch', () => {
  const STATES: [state: string, settled: boolean][] = [
    ['Queued', false],
    ['InProgress', false],
    ['Completed', true],
    ['Failed', true],
    ['NotProcessed', true],
    ['Not Processed', true],
    ['Something new', false],
    ['', false],
  ];
  for (const [state, settled] of STATES) {
    it(`"${state}" is ${settled ? '' : 'not '}settled`, () => expect(isFinal(info(state))).to.equal(settled));
  }

  const PROOFS: [state: string, processed: number, failed: number, proves: boolean][] = [
    ['Completed', 5, 0, true],
    ['Completed', 5, 1, false],
    ['Completed', 4, 0, false],
    ['Failed', 5, 0, false],
    ['InProgress', 5, 0, false],
  ];
  for (const [state, recordsProcessed, recordsFailed, proves] of PROOFS) {
    it(`${state}, ${recordsProcessed} of 5 processed, ${recordsFailed} failed: ${proves ? 'all' : 'not proved that all'} were written`, () => {
      expect(provesSuccess(info(state, { recordsProcessed, recordsFailed }), 5)).to.equal(proves);
    });
  }

  it('results are there of a completed batch, and of a failed one that began', () => {
    expect(hasResults(info('Completed'))).to.equal(true);
    expect(hasResults(info('Failed', { recordsProcessed: 200 }))).to.equal(true);
    expect(hasResults(info('Failed'))).to.equal(false);
    expect(hasResults(info('NotProcessed'))).to.equal(false);
  });
});

describe('judgeBatch', () => {
  const judge = (results: readonly RowResult[]) => () =>
    classifyBatch(
      { rows: [[0, 2]], operation: 'update', attempt: 0 },
      ['a01000000000001AAA', 'a01000000000002'],
      info('Completed'),
      results,
    );

  it('takes the results of its own records only', () => {
    const [one, two] = [
      { ...WRITTEN, id: 'a01000000000001' },
      { ...WRITTEN, id: 'a01000000000002AAA' },
    ];
    expect(judge([one, two])).not.to.throw();
    expect(judge([one, { ...INVALID, id: '' }])).not.to.throw();
    expect(judge([two, one])).to.throw('results of other records');
    expect(judge([one, { ...two, id: 'a01000000000003AAA' }])).to.throw('results of other records');
    expect(judge([one, two, WRITTEN])).to.throw('3 results for 2 records');
  });

  type Case = {
    readonly name: string;
    readonly state?: string;
    readonly stateMessage?: string;
    readonly rows?: Range[];
    readonly attempt?: number;
    readonly results: RowResult[];
    readonly failed?: [row: number, id: string, statusCode: string][];
    readonly again?: Range[];
    readonly unprocessed?: Range[];
  };

  const ALL: Range[] = [[0, 3]];
  const CASES: readonly Case[] = [
    { name: 'all written', results: [WRITTEN, WRITTEN, WRITTEN] },
    {
      name: 'a refused row is told by its record',
      results: [WRITTEN, INVALID, WRITTEN],
      failed: [[1, 'b', 'FIELD_CUSTOM_VALIDATION_EXCEPTION']],
    },
    { name: 'a locked row goes again', results: [LOCKED, WRITTEN, WRITTEN], again: [[0, 1]] },
    {
      name: 'positions are those of the plan',
      rows: [
        [10, 11],
        [20, 22],
      ],
      results: [WRITTEN, LOCKED, INVALID],
      again: [[20, 21]],
      failed: [[21, 'c', 'FIELD_CUSTOM_VALIDATION_EXCEPTION']],
    },
    {
      name: 'too many locks go again',
      results: [refused('TooManyLockFailure'), refused('TOO_MANY_LOCK_FAILURE'), WRITTEN],
      again: [[0, 2]],
    },
    {
      name: 'a row without a result of a failed batch goes again',
      state: 'Failed',
      results: [WRITTEN],
      again: [[1, 3]],
    },
    {
      name: 'a batch that failed before its first row goes again whole',
      state: 'Failed',
      results: [],
      again: [[0, 3]],
    },
    {
      name: 'a row without a result of a completed batch is unprocessed',
      results: [WRITTEN, WRITTEN],
      unprocessed: [[2, 3]],
    },
    { name: 'rows of an aborted job are unprocessed', state: 'NotProcessed', results: [], unprocessed: [[0, 3]] },
    {
      name: 'what a failed batch refused is refused',
      state: 'Failed',
      results: [INVALID],
      failed: [[0, 'a', 'FIELD_CUSTOM_VALIDATION_EXCEPTION']],
      again: [[1, 3]],
    },
    {
      name: 'locked for the last time: refused',
      attempt: MAX_ATTEMPTS,
      results: [WRITTEN, LOCKED, WRITTEN],
      failed: [[1, 'b', 'UNABLE_TO_LOCK_ROW']],
    },
    {
      name: 'failed for the last time: unprocessed',
      attempt: MAX_ATTEMPTS,
      state: 'Failed',
      results: [WRITTEN],
      unprocessed: [[1, 3]],
    },
    {
      name: 'a batch that is wrong itself is as wrong the next time',
      state: 'Failed',
      stateMessage: 'InvalidBatch : Field name not found : Tweets__c',
      results: [WRITTEN],
      unprocessed: [[1, 3]],
    },
    {
      name: 'a session that ended in the middle of a batch is another one the next time',
      state: 'Failed',
      stateMessage: 'InvalidSessionId : Invalid session id',
      results: [WRITTEN],
      again: [[1, 3]],
    },
    {
      name: 'a lock behind a trigger or a flow is a lock; another error of theirs is none',
      results: [
        behind(
          'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
          'first error: UNABLE_TO_LOCK_ROW, unable to obtain exclusive access',
        ),
        behind('CANNOT_EXECUTE_FLOW_TRIGGER', 'an unhandled fault: UNABLE_TO_LOCK_ROW: unable to obtain'),
        refused('CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY'),
      ],
      again: [[0, 2]],
      failed: [[2, 'c', 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY']],
    },
    {
      name: 'the last but one: again',
      attempt: MAX_ATTEMPTS - 1,
      results: [WRITTEN, LOCKED, WRITTEN],
      again: [[1, 2]],
    },
  ];
  for (const {
    name,
    state = 'Completed',
    stateMessage = null,
    rows = ALL,
    attempt = 0,
    results,
    failed = [],
    again = [],
    unprocessed = [],
  } of CASES) {
    it(name, () => {
      const batch = { rows, operation: 'update' as const, attempt };
      const outcome = classifyBatch(batch, ['a', 'b', 'c'], info(state, { stateMessage }), results);
      expect(outcome).to.deep.equal({
        failed: failed.map(([row, id, statusCode]) => ({ row, id, statusCode, message: 'no', fields: ['A__c'] })),
        ...{ again, unprocessed },
      });
    });
  }

  it('rows are tried three times more', () => expect(MAX_ATTEMPTS).to.equal(3));
});

describe('judgeRecords', () => {
  const changes = ['a', 'b', 'c', 'd', 'e'].map((id) => ({
    id,
    url: '',
    fields: { N__c: [null, 5], M__c: [1, 2] } as const,
  }));
  const now = new Map([
    ['a', { url: '', stored: { N__c: 5, M__c: 2 } }],
    ['b', { url: '', stored: { N__c: null, M__c: 1 } }],
    ['c', { url: '', stored: { N__c: 5, M__c: null } }],
    ['e', { url: '', stored: { N__c: 5, M__c: 2 } }],
  ]);
  const rows: Range[] = [
    [3, 6],
    [8, 10],
  ];
  const moved = {
    ...{ row: 5, id: 'c', statusCode: 'OUTCOME_UNKNOWN', fields: ['N__c', 'M__c'] },
    message:
      'the answer was lost, and the record holds neither what it held before nor what was to be written: N__c is 5, M__c is empty',
  };

  it('written, as before, changed by somebody, and gone, which the org is asked about once more', () => {
    expect(classifyRecords({ rows, operation: 'update', attempt: 0 }, changes, now)).to.deep.equal({
      failed: [moved],
      again: [
        [4, 5],
        [8, 9],
      ],
      unprocessed: [],
    });
  });

  it('of another article by now: nothing is sent again, and it says so', () => {
    const elsewhere = new Map([['a', { url: 'https://a.example.com/', stored: { N__c: null, M__c: 1 } }]]);
    const { failed, again } = classifyRecords(
      { rows: [[3, 4]], operation: 'update', attempt: 0 },
      changes.slice(0, 1),
      elsewhere,
    );
    expect(again).to.deep.equal([]);
    expect(failed.map(({ message }) => message)).to.deep.equal([
      'the answer was lost, and the record has another URL by now',
    ]);
  });

  it('for the last time: what is not written is unprocessed', () => {
    expect(classifyRecords({ rows, operation: 'update', attempt: MAX_ATTEMPTS }, changes, now)).to.deep.equal({
      failed: [moved],
      again: [],
      unprocessed: [
        [4, 5],
        [8, 9],
      ],
    });
  });
});
