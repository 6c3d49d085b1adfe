import { wait } from '../http/wait.ts';
import type { Clock } from '../model/clock.ts';

/** The system clock. */
export const realClock: Clock = { now: Date.now, wait };
