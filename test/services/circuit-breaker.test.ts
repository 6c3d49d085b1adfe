import { expect } from 'chai';
import { type AttemptOutcome, CircuitBreaker } from '../../src/services/circuit-breaker.ts';

/** Requests that end one after the other, a second apart; how many it takes until the service is given up. */
function untilOpen(...outcomes: readonly AttemptOutcome[]): number | undefined {
  const breaker = new CircuitBreaker(8);
  for (let sent = 1; sent <= 100; sent += 1) {
    const outcome = outcomes[(sent - 1) % outcomes.length] ?? 'good';
    if (breaker.record(outcome, sent * 1000, sent * 1000 + 10)) return sent;
  }
  return undefined;
}

describe('the circuit breaker of a service', () => {
  const rows: readonly [outcomes: readonly AttemptOutcome[], given: number | undefined][] = [
    [['good'], undefined],
    [['neutral'], undefined],
    [['useless', 'strained'], undefined],
    [['useless'], 24],
    [['lost'], 6],
    [['refused'], 6],
    [['timeout'], 5],
    [['lost', 'lost', 'lost', 'lost', 'good'], undefined],
    [['useless', 'useless', 'good'], undefined],
    [['useless', 'neutral'], 47],
  ];
  for (const [outcomes, given] of rows) {
    it(`${outcomes.join(', ')} …: given up after ${given ?? 'never'}`, () =>
      expect(untilOpen(...outcomes)).to.equal(given));
  }

  it('counts losses of the same moment once', () => {
    const breaker = new CircuitBreaker(64);
    for (let index = 0; index < 64; index += 1) expect(breaker.record('lost', 1000, 1010 + index)).to.equal(false);
    expect(breaker.width()).to.equal(5);
  });

  it('counts timeouts of the same moment each', () => {
    const breaker = new CircuitBreaker(64);
    const given = [1, 2, 3, 4, 5].map(() => breaker.record('timeout', 1000, 16_000));
    expect(given).to.deep.equal([false, false, false, false, true]);
  });

  it('widens with each good answer, up to the cap', () => {
    const breaker = new CircuitBreaker(8);
    const widths = [1, 2, 3, 4, 5].map(() => (breaker.record('good', 0, 0), breaker.width()));
    expect(widths).to.deep.equal([6, 7, 8, 8, 8]);
  });

  it('is as wide as was asked for after as many good answers, however wide that is', () => {
    const breaker = new CircuitBreaker(256);
    for (let index = 0; index < 251; index += 1) breaker.record('good', 0, 0);
    expect(breaker.width()).to.equal(256);
  });

  it('narrows with each answer that asks to slow down, and widens again', () => {
    const breaker = new CircuitBreaker(16);
    const widths = (['good', 'strained', 'strained', 'strained', 'strained', 'good', 'good', 'good'] as const).map(
      (outcome) => (breaker.record(outcome, 0, 0), breaker.width()),
    );
    expect(widths).to.deep.equal([6, 3, 1, 1, 1, 2, 3, 4]);
  });

  it('is probed by one request at a time after a second loss, at growing intervals, until a good answer', () => {
    const breaker = new CircuitBreaker(8);
    const pauses = [1, 2, 3, 4, 5].map((second) => {
      breaker.record('lost', second * 10_000, second * 10_000 + 1);
      return [breaker.width(), Math.max(0, breaker.pausedUntil() - second * 10_000 - 1)];
    });
    expect(pauses).to.deep.equal([
      [5, 0],
      [1, 500],
      [1, 1000],
      [1, 2000],
      [1, 4000],
    ]);
    breaker.record('good', 60_000, 60_000);
    expect([breaker.width(), breaker.pausedUntil()]).to.deep.equal([6, 0]);
  });

  it('is asked half as much after "too many", then slowly more, and backs off longer each time', () => {
    const breaker = new CircuitBreaker(16);
    for (let index = 0; index < 20; index += 1) breaker.record('good', 0, 0);
    const widths = [breaker.width()];
    for (const second of [1, 2]) {
      breaker.record('refused', second * 1000, second * 1000 + 1);
      breaker.record('refused', second * 1000, second * 1000 + 2);
      widths.push(breaker.width(), breaker.backOffMs());
    }
    for (let index = 0; index < 4; index += 1) breaker.record('good', 3000, 3000);
    expect([...widths, breaker.width()]).to.deep.equal([16, 8, 1000, 4, 2000, 4]);
    for (let index = 0; index < 6; index += 1) breaker.record('good', 3000, 3000);
    expect(breaker.width()).to.equal(6);
  });

  it('is never asked more at a time than it may still fail', () => {
    const breaker = new CircuitBreaker(64);
    for (let index = 0; index < 80; index += 1) breaker.record('good', 0, 0);
    for (let index = 0; index < 20; index += 1) breaker.record('useless', 0, 0);
    expect(breaker.width()).to.equal(4);
  });
});
