import { expect } from 'chai';
import { HostLimiter, type HostQueue, type QueueLimits } from '../../src/http/host-limiter.ts';
import { FakeClock } from './clock.ts';

const WIDE: QueueLimits = { width: () => Infinity, pausedUntil: () => 0 };

type Trial = {
  readonly clock: FakeClock;
  readonly limiter: HostLimiter;
  /** `name at seconds` of every task that started. */
  readonly starts: string[];
  readonly most: () => number;
  /** Runs a task of `ms` milliseconds. */
  readonly run: (lane: HostQueue, name: string, ms?: number) => Promise<string>;
};

function trial(concurrency: number): Trial {
  const clock = new FakeClock();
  const begin = clock.time;
  const starts: string[] = [];
  let running = 0;
  let most = 0;
  return {
    clock,
    starts,
    limiter: new HostLimiter({ concurrency, now: clock.now, wait: clock.wait }),
    most: () => most,
    run: (lane, name, ms = 1000) =>
      lane.run(async () => {
        starts.push(`${name} ${(clock.time - begin) / 1000}`);
        most = Math.max(most, (running += 1));
        await clock.wait(ms);
        running -= 1;
        return name;
      }),
  };
}

describe('HostLimiter', () => {
  it('runs so many tasks at a time, in order, and hands their results out', async () => {
    const { limiter, run, starts } = trial(2);
    const lane = limiter.queue(WIDE);
    const results = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => run(lane, name)));
    expect(results).to.deep.equal(['a', 'b', 'c', 'd', 'e']);
    expect(starts).to.deep.equal(['a 0', 'b 0', 'c 1', 'd 1', 'e 2']);
  });

  it('goes on after a task that fails', async () => {
    const { limiter, run, starts } = trial(1);
    const lane = limiter.queue(WIDE);
    const failing = lane.run(async () => Promise.reject(new Error('no')));
    const next = run(lane, 'a');
    expect(await failing.catch((error: Error) => error.message)).to.equal('no');
    await next;
    expect(starts).to.deep.equal(['a 0']);
  });

  it('lets lanes take turns, within one number for all and one for each', async () => {
    const { limiter, run, starts, most } = trial(3);
    const [slow, fast] = [limiter.queue({ ...WIDE, width: () => 1 }), limiter.queue(WIDE)];
    const all = [...'abc'].map((name) => run(slow, name, 5000));
    await Promise.all([...all, ...[...'vwxyz'].map((name) => run(fast, name))]);
    expect(starts).to.deep.equal(['a 0', 'v 0', 'w 0', 'x 1', 'y 1', 'z 2', 'b 5', 'c 10']);
    expect(most()).to.equal(3);
  });

  it('starts so many in any window, by the slowest rate named', async () => {
    const { limiter, run, starts } = trial(9);
    const lane = limiter.queue({ ...WIDE, rate: { requests: 2, seconds: 10 } });
    const other = limiter.queue({ ...WIDE, rate: { requests: 100, seconds: 1 } });
    await Promise.all([...[...'abc'].map((name) => run(lane, name)), run(other, 'x')]);
    expect(starts).to.deep.equal(['a 0', 'b 0', 'x 10', 'c 10']);
  });

  it('starts nothing in a pause of the host, and keeps the longer of two', async () => {
    const { limiter, run, starts, clock } = trial(2);
    const [one, other] = [limiter.queue(WIDE), limiter.queue(WIDE)];
    const first = run(one, 'a');
    limiter.pauseUntil(clock.time + 7000);
    limiter.pauseUntil(clock.time + 3000);
    await Promise.all([first, run(one, 'b'), run(other, 'c')]);
    expect(starts).to.deep.equal(['a 0', 'c 7', 'b 7']);
  });

  it('does not keep the others waiting in the pause of a lane', async () => {
    const { limiter, run, starts, clock } = trial(1);
    const until = clock.time + 4000;
    const paused = limiter.queue({ ...WIDE, pausedUntil: () => until });
    await Promise.all([run(paused, 'a'), run(limiter.queue(WIDE), 'x')]);
    expect(starts).to.deep.equal(['x 0', 'a 4']);
  });

  it('refuses what waits in a closed lane and what comes, lets run what runs, and forgets its alarm', async () => {
    const { limiter, run, starts, clock } = trial(1);
    const lane = limiter.queue(WIDE);
    const running = run(lane, 'a');
    const waiting = run(lane, 'b').catch((error: Error) => error.message);
    limiter.pauseUntil(clock.time + 3_600_000);
    lane.close(new Error('closed'));
    const late = run(lane, 'c').catch((error: Error) => error.message);
    expect(await Promise.all([running, waiting, late])).to.deep.equal(['a', 'closed', 'closed']);
    expect(starts).to.deep.equal(['a 0']);
    expect(clock.time).to.equal(Date.parse('2026-11-23T12:00:01Z'));
  });
});
