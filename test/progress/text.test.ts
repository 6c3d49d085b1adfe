import { expect } from 'chai';
import type { Range } from '../../src/model/ranges.ts';
import type { Fact } from '../../src/model/run-facts.ts';
import { type Figures, toFigures } from '../../src/progress/figures.ts';
import { duration, Pace, perSecond } from '../../src/progress/pace.ts';
import { QuietLines } from '../../src/progress/quiet-lines.ts';
import { stateAfter, tallyOf } from '../model/run-fixtures.ts';

const START: Figures = {
  ...{ phase: 'counts', counted: 0, total: null, planned: false, toWrite: 0, batches: 0 },
  ...{ rows: 0, completed: 0, updated: 0, failed: 0, job: null },
};

describe('progress: pace', () => {
  it('tells the rate of the last seconds, and the time left at it', () => {
    const pace = new Pace();
    expect([pace.rate(0), pace.left(10, 0)]).to.deep.equal([null, null]);
    for (let second = 0; second <= 60; second += 1)
      pace.note(second < 30 ? second * 100 : 3000 + (second - 30) * 10, second * 1000);
    expect(pace.rate(60_000)).to.equal(10);
    expect(pace.left(3600, 60_000)).to.equal(30);
    expect(pace.left(3300, 60_000)).to.equal(null);
  });

  it('gets slower when nothing comes any more', () => {
    const pace = new Pace();
    pace.note(0, 0);
    pace.note(100, 1000);
    expect(pace.rate(10_000)).to.equal(10);
  });

  const rates: [number | null, string][] = [
    [null, ''],
    [1234.4, '1,234/s'],
    [1, '1/s'],
    [0.5, '30/min'],
    [0.001, '1/min'],
  ];
  for (const [rate, text] of rates)
    it(`${rate} a second: ${text || 'nothing'}`, () => expect(perSecond(rate)).to.equal(text));

  const times: [number | null, string][] = [
    [null, ''],
    [0.2, '1 s'],
    [89, '89 s'],
    [90, '2 min'],
    [3600, '60 min'],
    [5401, '1 h 31 min'],
  ];
  for (const [time, text] of times)
    it(`${time} seconds: ${text || 'nothing'}`, () => expect(duration(time)).to.equal(text));
});

describe('progress: figures', () => {
  it('count a row once, however often it is sent', () => {
    const sent = (batch: number, rows: Range, round: number): Fact[] => [
      { fact: 'sending', batch, job: 'j', rows: [rows], round },
      { fact: 'sent', batch, id: `${batch}` },
    ];
    const locked = { fact: 'outcome', state: 'Completed', message: null, failed: [], unprocessed: [] } as const;
    const facts: Fact[] = [
      { fact: 'planned', tally: tallyOf({ changed: 24 }), forecast: 1 },
      { fact: 'job', job: 'j', mode: 'Parallel' },
      ...sent(1, [0, 24], 0),
      { ...locked, batch: 1, again: [[0, 3]] },
    ];
    const rowsAfter = (...more: Fact[]): number => toFigures(stateAfter(...facts, ...more), undefined).rows;
    expect([rowsAfter(), rowsAfter(...sent(2, [0, 3], 1))]).to.deep.equal([21, 24]);
  });
});

describe('progress: lines', () => {
  it('come every few seconds and only on change, and once in a long silence', () => {
    let now = 0;
    const lines: string[] = [];
    const quiet = new QuietLines(
      { print: (line) => lines.push(`${now / 1000}: ${line}`), now: () => now },
      { everyMs: 5000, silenceMs: 60_000 },
    );
    for (; now <= 100_000; now += 1000) {
      const counted = Math.min(now / 100, 120);
      quiet.show({ ...START, counted, toWrite: counted });
    }
    expect(lines).to.deep.equal([
      '5: Records: 50 read, 50 to write, 10/s',
      '10: Records: 100 read, 100 to write, 10/s',
      '15: Records: 120 read, 120 to write, 8/s',
      '75: Records: 120 read, 120 to write, 9/min',
    ]);
  });

  it('tell how many records there are, once that is known, and how long they will take', () => {
    let now = 0;
    const lines: string[] = [];
    const quiet = new QuietLines(
      { print: (line) => lines.push(line), now: () => now },
      { everyMs: 5000, silenceMs: 60_000 },
    );
    for (; now <= 5000; now += 1000) quiet.show({ ...START, counted: now / 10, total: 1000 });
    expect(lines).to.deep.equal(['Records: 500 of 1,000 read, 0 to write, 100/s, 5 s left']);
  });

  it('tell of batches and results, with totals once all is counted', () => {
    let now = 0;
    const lines: string[] = [];
    const quiet = new QuietLines(
      { print: (line) => lines.push(line), now: () => now },
      { everyMs: 1, silenceMs: 60_000 },
    );
    const sent: Figures = {
      ...START,
      counted: 500,
      toWrite: 400,
      batches: 2,
      rows: 200,
      job: '750',
      phase: 'counts',
    };
    const states: Figures[] = [
      sent,
      { ...sent, planned: true, phase: 'results', batches: 4, rows: 400 },
      { ...sent, planned: true, phase: 'results', batches: 4, rows: 400, completed: 2, updated: 199, failed: 1 },
    ];
    for (const figures of states) {
      now += 10_000;
      quiet.show(figures);
    }
    expect(lines).to.deep.equal([
      'Records: 500 read, 400 to write. Sent: 200 in 2 batches',
      'Results: 0 of 400 updated, 0 failed, 0 of 4 batches done',
      'Results: 199 of 400 updated, 1 failed, 2 of 4 batches done, 10/s, 20 s left',
    ]);
  });
});
