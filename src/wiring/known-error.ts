import { SfError } from '@salesforce/core';
import { bylineError } from '../errors.ts';
import { Refusal, refusalError } from '../salesforce/refusal.ts';
import { Interrupted, InterruptGuard } from './interrupt.ts';

/** Any error as one a user can read. `runId` is the run to go on with, where there is one. */
export function toKnownError(error: unknown, runId?: string): SfError {
  if (error instanceof Interrupted) {
    const key = runId === undefined ? 'interruptedEarly' : 'interrupted';
    return bylineError(key, runId === undefined ? [] : [runId], { exitCode: error.exitCode, cause: error });
  }
  if (error instanceof Refusal) return refusalError(error);
  return error instanceof SfError ? (error as SfError) : SfError.wrap(error);
}

/** Does what a command is for: Ctrl-C ends it in good order, and whatever it throws is an error a user can read. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  using guard = new InterruptGuard();
  try {
    return await work(guard.signal);
  } catch (error) {
    throw toKnownError(error);
  }
}
