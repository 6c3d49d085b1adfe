import { wait as realWait } from './wait.ts';

export type RetryOptions = {
  /** Attempts after the first one. */
  readonly retries: number;
  /** Milliseconds before the first retry; doubled before each further one. */
  readonly baseMs: number;
  /** The longest wait in milliseconds. If the server asks for more, there is no retry. */
  readonly maxMs: number;
  /** Milliseconds the server asked for; `undefined` if it named none; `false` if a retry is useless. */
  readonly delayFor: (error: unknown) => number | undefined | false;
  readonly signal?: AbortSignal | undefined;
  /** Returns a number from 0 to 1, to spread the retries of many clients. */
  readonly random: () => number;
  readonly wait?: typeof realWait;
};

/** Calls `task` until it succeeds, its error rules out a retry, or the retries are used up. Throws the last error. */
export async function withRetry<T>(task: () => Promise<T>, options: RetryOptions): Promise<T> {
  const wait = options.wait ?? realWait;
  for (let tried = 0; ; tried += 1) {
    try {
      return await task();
    } catch (error) {
      const asked = options.delayFor(error);
      if (asked === false || tried >= options.retries || (asked ?? 0) > options.maxMs) throw error;
      const backoff = Math.min(options.maxMs, options.baseMs * 2 ** tried) * (0.5 + options.random() / 2);
      await wait(Math.max(asked ?? 0, backoff), options.signal);
    }
  }
}
