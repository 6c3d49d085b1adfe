import { setTimeout } from 'node:timers/promises';

/**
 * Returns the result of `work`, or rejects with the signal's reason. The work itself continues, because it can't be
 * aborted.
 */
export async function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  // After an abort, nobody handles the rejection of `work`.
  work.catch(() => undefined);
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Waits `ms` milliseconds; rejects with the signal's reason as soon as it aborts. */
export async function wait(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await setTimeout(Math.max(0, ms), undefined, signal ? { signal } : {});
  } catch (cause) {
    signal?.throwIfAborted();
    throw cause;
  }
}
