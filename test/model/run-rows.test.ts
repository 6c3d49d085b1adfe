import { expect } from 'chai';
import type { Range } from '../../src/model/ranges.ts';
import type { Fact } from '../../src/model/run-facts.ts';
import { countOutcomes, nextRow, takenRows, unprocessedRows, waitingRows } from '../../src/model/run-rows.ts';
import { applyEntry, type OperationState, stateOf } from '../../src/model/run-state.ts';
import { stateAfter } from './run-fixtures.ts';

/** A batch and what became of it: `unsent`, or the rows its outcome leaves. */
type Told = { rows: Range[]; round?: number; unsent?: true; again?: Range[]; unprocessed?: Range[]; failed?: number };

/** The facts of batches that were sent one after another. */
const after = (...batches: Told[]): OperationState =>
  stateOf(
    stateAfter(
      { fact: 'job', job: '750A', mode: 'Parallel' },
      ...batches.flatMap(({ rows, round = 0, unsent, again, unprocessed, failed }, index): Fact[] => {
        const batch = index + 1;
        const sending: Fact = { fact: 'sending', batch, job: '750A', rows, round };
        if (unsent) return [sending, { fact: 'unsent', batch }];
        const sent: Fact = { fact: 'sent', batch, id: `751${batch}` };
        if (!again && !unprocessed && failed === undefined) return [sending, sent];
        const failures = Array.from({ length: failed ?? 0 }, (_, at) => ({
          row: rows[0]![0] + at,
          id: '',
          statusCode: '',
          message: '',
          fields: [],
        }));
        const left = { again: again ?? [], unprocessed: unprocessed ?? [] };
        return [
          sending,
          sent,
          { fact: 'outcome', batch, state: 'Completed', message: null, failed: failures, ...left },
        ];
      }),
    ),
    'update',
  );

describe('the rows of a run', () => {
  it('nextRow: the first position no batch has held', () => {
    expect(nextRow(after())).to.equal(0);
    expect(nextRow(after({ rows: [[0, 5]] }, { rows: [[5, 9]] }))).to.equal(9);
    // A batch that is sent again holds earlier rows.
    expect(nextRow(after({ rows: [[0, 9]], again: [[2, 3]] }, { rows: [[2, 3]], round: 1 }))).to.equal(9);
    expect(nextRow(after({ rows: [[0, 5]], unsent: true }))).to.equal(5);
  });

  it('waitingRows: rows to send again, less those that were, in the round after their last', () => {
    expect(waitingRows(after({ rows: [[0, 5]] }))).to.deep.equal({ unsent: [], retryRows: [], attempt: 1 });
    const once = {
      rows: [[0, 9]],
      again: [
        [2, 3],
        [5, 7],
      ],
    } satisfies Told;
    expect(waitingRows(after(once))).to.deep.equal({
      unsent: [],
      retryRows: [
        [2, 3],
        [5, 7],
      ],
      attempt: 1,
    });
    expect(waitingRows(after(once, { rows: [[2, 3]], round: 1 }))).to.deep.include({ retryRows: [[5, 7]] });
    const twice = after(once, {
      rows: [
        [2, 3],
        [5, 7],
      ],
      round: 1,
      again: [[5, 6]],
    });
    expect(waitingRows(twice)).to.deep.equal({ unsent: [], retryRows: [[5, 6]], attempt: 2 });
  });

  it('waitingRows: rows of a batch that never arrived, until they are in another', () => {
    const lost = { rows: [[0, 5]], unsent: true } satisfies Told;
    expect(waitingRows(after(lost, { rows: [[5, 9]] })).unsent).to.deep.equal([[0, 5]]);
    expect(waitingRows(after(lost, { rows: [[0, 3]] })).unsent).to.deep.equal([[3, 5]]);
    expect(waitingRows(after(lost, { rows: [[0, 5]], unsent: true })).unsent).to.deep.equal([[0, 5]]);
    expect(waitingRows(after(lost, { rows: [[0, 5]] })).unsent).to.deep.equal([]);
  });

  it('unprocessedRows: until they are in another batch', () => {
    const aborted = { rows: [[0, 5]], unprocessed: [[1, 5]] } satisfies Told;
    expect(unprocessedRows(after(aborted))).to.deep.equal([[1, 5]]);
    expect(unprocessedRows(after(aborted, { rows: [[1, 5]] }))).to.deep.equal([]);
  });

  it('rows that are skipped wait for nothing any more, and stand for being sent', () => {
    const state = stateAfter(
      { fact: 'job', job: '750A', mode: 'Parallel' },
      { fact: 'sending', batch: 1, job: '750A', rows: [[0, 5]], round: 0 },
      { fact: 'unsent', batch: 1 },
      { fact: 'skipped', unchanged: [[4, 5]], conflicts: [[1, 2]] },
      { fact: 'skipped', operation: 'upsert', unchanged: [], conflicts: [[0, 3]] },
    );
    const update = (): OperationState => stateOf(state, 'update');
    expect(waitingRows(update()).unsent).to.deep.equal([
      [0, 1],
      [2, 4],
    ]);
    expect(nextRow(update())).to.equal(5);
    applyEntry(state, { fact: 'skipped', unchanged: [], conflicts: [[7, 8]], at: 0, api: 0 });
    expect(nextRow(update())).to.equal(8);
    expect(takenRows(update())).to.deep.equal([
      [0, 5],
      [7, 8],
    ]);
    expect(takenRows(stateOf(state, 'upsert'))).to.deep.equal([[0, 3]]);
  });

  it('countOutcomes: every row of a settled batch is updated, failed, unprocessed or to be sent again', () => {
    const state = after(
      { rows: [[0, 10]], failed: 2, again: [[4, 6]], unprocessed: [[9, 10]] },
      { rows: [[4, 6]], round: 1, failed: 1 },
      { rows: [[10, 12]] },
    );
    expect(countOutcomes(state)).to.deep.equal({ updated: 5 + 1, failed: 3, unprocessed: 1 });
  });
});
