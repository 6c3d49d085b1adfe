import { expect } from 'chai';
import { retryAfterMs } from '../../src/http/retry-after.ts';
import { withRetry } from '../../src/http/retry.ts';

describe('withRetry', () => {
  /** The waits before the retries of a task that fails with each of `errors` in turn, and how it ended. */
  async function waits(
    errors: readonly unknown[],
    delayFor: (error: unknown) => number | undefined | false,
  ): Promise<unknown[]> {
    const waited: unknown[] = [];
    const left = [...errors];
    const ending = await withRetry(async () => (left.length > 0 ? Promise.reject(left.shift() as Error) : 'done'), {
      ...{ retries: 4, baseMs: 100, maxMs: 500, delayFor, random: () => 1 },
      wait: async (ms) => void waited.push(ms),
    }).catch((error: unknown) => error);
    return [...waited, ending];
  }
  const again = (): undefined => undefined;

  it('waits twice as long each time, up to a limit', async () =>
    expect(await waits([1, 2, 3, 4], again)).to.deep.equal([100, 200, 400, 500, 'done']));
  it('ends with the last error', async () =>
    expect(await waits([1, 2, 3, 4, 5], again)).to.deep.equal([100, 200, 400, 500, 5]));
  it('waits as long as it is asked to', async () =>
    expect(await waits([1, 2], () => 450)).to.deep.equal([450, 450, 'done']));
  it('does not wait longer than it may', async () => expect(await waits([1], () => 501)).to.deep.equal([1]));
  it('does not try again what is no use', async () => expect(await waits([1], () => false)).to.deep.equal([1]));
});

describe('retryAfterMs', () => {
  const now = Date.parse('2026-11-23T12:00:00Z');
  const values: readonly [value: string | undefined, ms: number | undefined][] = [
    [undefined, undefined],
    ['2', 2000],
    [' 0 ', 0],
    ['Mon, 23 Nov 2026 12:00:30 GMT', 30_000],
    ['Mon, 23 Nov 2026 11:00:00 GMT', 0],
    ['-1', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['', undefined],
  ];
  for (const [value, ms] of values) {
    it(`${value}: ${ms}`, () => expect(retryAfterMs(value, now)).to.equal(ms));
  }
});
