import { wait } from '../http/wait.ts';
import type { Clock } from '../model/clock.ts';

/** The clock on the wall. */
export const realClock: Clock = { now: Date.now, wait };
