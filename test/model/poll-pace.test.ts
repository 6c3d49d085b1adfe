import { expect } from 'chai';
import { PollPace } from '../../src/model/poll-pace.ts';

/** When a job is polled, in milliseconds after it was sent, until its end is seen; `doneAt` tells its progress in per cent. */
function polls(endsAt: number, doneAt: (ms: number) => number): number[] {
  const pace = new PollPace(0);
  const times = [1000];
  while (times.at(-1)! < endsAt)
    times.push(times.at(-1)! + Math.round(pace.next(times.at(-1)!, doneAt(times.at(-1)!), 100)));
  return times;
}

const evenly = (endsAt: number) => (ms: number) => Math.min(100, Math.floor((10 * ms) / endsAt) * 10);

describe('model: the pace of polls', () => {
  it('of a job that shows no progress', () => {
    const none = (): number => 0;
    expect(polls(40_000, none)).to.deep.equal([1000, 2600, 5160, 9256, 15_810, 25_810, 35_810, 45_810]);
    expect(polls(600_000, none)).to.have.length(24);
  });

  it('a job of 40 s is seen within 10 s of its end by 8 polls at most, whatever it shows', () => {
    const shown = [() => 0, evenly(40_000), (ms: number) => ms / 400, (ms: number) => Math.max(0, ms - 20_000) / 200];
    for (const doneAt of shown) {
      const times = polls(40_000, doneAt);
      expect(times.length, String(times)).to.be.at.most(8);
      expect(times.at(-1)).to.be.within(40_000, 50_000);
    }
  });

  it('a job of half an hour costs some forty polls, and its end is seen within a minute', () => {
    const times = polls(1_800_000, evenly(1_800_000));
    expect(times.length).to.be.at.most(45);
    expect(times.at(-1)).to.be.within(1_800_000, 1_860_000);
  });

  it('a clock that jumps makes no wait shorter than a second or longer than a minute', () => {
    const pace = new PollPace(1_000_000);
    expect(pace.next(1_000_500, 10, 100)).to.equal(1600);
    expect(pace.next(90_000_000, 20, 100)).to.equal(60_000);
    expect(pace.next(0, 30, 100)).to.equal(1000);
  });
});
