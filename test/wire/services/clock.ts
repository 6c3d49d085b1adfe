import { wait } from '../../../src/http/wait.ts';

export type Clock = { readonly now: () => number; readonly wait: typeof wait };

/** A clock that runs `times` as fast as the real one, for those who wait by it: pauses keep their order and proportion. */
export function fastClock(times: number): Clock {
  const start = Date.now();
  const origin = performance.now();
  return {
    now: () => Math.floor(start + (performance.now() - origin) * times),
    wait: (ms, signal) => wait(Math.max(0, ms) / times, signal),
  };
}
