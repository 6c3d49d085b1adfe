import { SfError } from '@salesforce/core';
import { bylineError } from '../errors.ts';
import type { RunState } from '../model/run-state.ts';
import { resumeCommand } from '../report/notes.ts';
import { Refusal, refusalError } from '../salesforce/refusal.ts';
import { Interrupted, InterruptGuard } from './interrupt.ts';

/** Any error as one a user can read, that says how to go on with `run`, where there is one. */
export function toKnownError(error: unknown, run?: Pick<RunState, 'runId' | 'jobs'>): SfError {
  const known = translate(error, run?.runId);
  if (run) known.actions = [...(known.actions ?? []), `Finish the run with "${resumeCommand(run.jobs)}".`];
  return known;
}

function translate(error: unknown, runId: string | undefined): SfError {
  if (error instanceof Interrupted) {
    const details = { exitCode: error.exitCode, cause: error };
    return runId === undefined
      ? bylineError('interruptedEarly', [], details)
      : bylineError('interrupted', [runId], details);
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
