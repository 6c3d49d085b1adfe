import { expect } from 'chai';
import { type AttemptOutcome, CircuitBreaker } from '../../src/services/circuit-breaker.ts';

/** Requests that end one after the other, a second apart; how many it takes until the service is given up. */
function untilGivenUp(...endings: readonly AttemptOutcome[]): number | undefined {
  const health = new CircuitBreaker(8);
  for (let sent = 1; sent <= 100; sent += 1) {
    const ending = endings[(sent - 1) % endings.length] ?? 'good';
    if (health.note(ending, sent * 1000, sent * 1000 + 10)) return sent;
  }
  return undefined;
}

describe('the health of a service', () => {
  const rows: readonly [endings: readonly AttemptOutcome[], given: number | undefined][] = [
    [['good'], undefined],
    [['neutral'], undefined],
    [['nonsense', 'strained'], undefined],
    [['nonsense'], 24],
    [['lost'], 6],
    [['refused'], 6],
    [['timeout'], 5],
    [['lost', 'lost', 'lost', 'lost', 'good'], undefined],
    [['nonsense', 'nonsense', 'good'], undefined],
    [['nonsense', 'neutral'], 47],
  ];
  for (const [endings, given] of rows) {
    it(`${endings.join(', ')} …: given up after ${given ?? 'never'}`, () =>
      expect(untilGivenUp(...endings)).to.equal(given));
  }

  it('counts losses of the same moment once', () => {
    const health = new CircuitBreaker(64);
    for (let index = 0; index < 64; index += 1) expect(health.note('lost', 1000, 1010 + index)).to.equal(false);
    expect(health.width()).to.equal(5);
  });

  it('counts timeouts of the same moment each', () => {
    const health = new CircuitBreaker(64);
    const given = [1, 2, 3, 4, 5].map(() => health.note('timeout', 1000, 16_000));
    expect(given).to.deep.equal([false, false, false, false, true]);
  });

  it('widens with each good answer, up to the cap', () => {
    const health = new CircuitBreaker(8);
    const widths = [1, 2, 3, 4, 5].map(() => (health.note('good', 0, 0), health.width()));
    expect(widths).to.deep.equal([6, 7, 8, 8, 8]);
  });

  it('is as wide as was asked for after as many good answers, however wide that is', () => {
    const health = new CircuitBreaker(256);
    for (let index = 0; index < 251; index += 1) health.note('good', 0, 0);
    expect(health.width()).to.equal(256);
  });

  it('narrows with each answer that asks to slow down, and widens again', () => {
    const health = new CircuitBreaker(16);
    const widths = (['good', 'strained', 'strained', 'strained', 'strained', 'good', 'good', 'good'] as const).map(
      (ending) => (health.note(ending, 0, 0), health.width()),
    );
    expect(widths).to.deep.equal([6, 3, 1, 1, 1, 2, 3, 4]);
  });

  it('is probed by one request at a time after a second loss, at growing intervals, until a good answer', () => {
    const health = new CircuitBreaker(8);
    const pauses = [1, 2, 3, 4, 5].map((second) => {
      health.note('lost', second * 10_000, second * 10_000 + 1);
      return [health.width(), Math.max(0, health.pausedUntil() - second * 10_000 - 1)];
    });
    expect(pauses).to.deep.equal([
      [5, 0],
      [1, 500],
      [1, 1000],
      [1, 2000],
      [1, 4000],
    ]);
    health.note('good', 60_000, 60_000);
    expect([health.width(), health.pausedUntil()]).to.deep.equal([6, 0]);
  });

  it('is asked half as much after "too many", then slowly more, and rests longer each time', () => {
    const health = new CircuitBreaker(16);
    for (let index = 0; index < 20; index += 1) health.note('good', 0, 0);
    const widths = [health.width()];
    for (const second of [1, 2]) {
      health.note('refused', second * 1000, second * 1000 + 1);
      health.note('refused', second * 1000, second * 1000 + 2);
      widths.push(health.width(), health.restMs());
    }
    for (let index = 0; index < 4; index += 1) health.note('good', 3000, 3000);
    expect([...widths, health.width()]).to.deep.equal([16, 8, 1000, 4, 2000, 4]);
    for (let index = 0; index < 6; index += 1) health.note('good', 3000, 3000);
    expect(health.width()).to.equal(6);
  });

  it('is never asked more at a time than it may still fail', () => {
    const health = new CircuitBreaker(64);
    for (let index = 0; index < 80; index += 1) health.note('good', 0, 0);
    for (let index = 0; index < 20; index += 1) health.note('nonsense', 0, 0);
    expect(health.width()).to.equal(4);
  });
});
