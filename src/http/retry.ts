import { wait as realWait } from './wait.ts';

export type RetryOptions = {
  /** Tries after the first one. */
  readonly retries: number;
  /** Milliseconds before the first retry; each further wait is twice as long. */
  readonly baseMs: number;
  /** The longest wait in milliseconds; a longer one asked for by the server ends the retrying. */
  readonly maxMs: number;
  /** Milliseconds the server asked for, `undefined` where it named none, `false` where a retry is no use. */
  readonly delayFor: (error: unknown) => number | undefined | false;
  readonly signal?: AbortSignal | undefined;
  /** A number from 0 to 1, to spread retries of many clients. */
  readonly random: () => number;
  /** How to wait; real time unless a test says otherwise. */
  readonly wait?: typeof realWait;
};

/** Calls `task` until it succeeds, its error is not worth a retry, or the retries are used up; throws the last error. */
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
