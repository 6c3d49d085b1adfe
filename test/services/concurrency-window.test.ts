import { expect } from 'chai';
import { ConcurrencyWindow } from '../../src/services/concurrency-window.ts';

/** The widths of a window of at most 16 after each step. */
function widthsAfter(...steps: readonly ('increase' | 'decrease' | 'backOff')[]): number[] {
  const window = new ConcurrencyWindow(16);
  return steps.map((step) => (window[step](), window.width));
}

describe('the concurrency window', () => {
  it('starts slowly: one more for each success', () =>
    expect(widthsAfter('increase', 'increase')).to.deep.equal([6, 7]));

  it('never exceeds its maximum', () => {
    expect(new ConcurrencyWindow(3).width).to.equal(3);
    expect(widthsAfter(...Array<'increase'>(20).fill('increase')).at(-1)).to.equal(16);
  });

  it('is halved, and never empty', () =>
    expect(widthsAfter('decrease', 'decrease', 'decrease', 'decrease')).to.deep.equal([2, 1, 1, 1]));

  it('grows by about one per round after a refusal, and by one per success after a mere strain', () => {
    expect(widthsAfter('increase', 'backOff', 'increase', 'increase', 'increase', 'increase')).to.deep.equal([
      6, 3, 3, 3, 3, 4,
    ]);
    expect(widthsAfter('increase', 'decrease', 'increase', 'increase')).to.deep.equal([6, 3, 4, 5]);
  });
});
