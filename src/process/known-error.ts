import { SfError } from '@salesforce/core';
import { bylineError } from '../errors.ts';
import type { RunState } from '../model/run-state.ts';
import { flagOfRun } from '../model/which-run.ts';
import { resumeCommand } from '../report/notes.ts';
import { SalesforceApiError, toUserError } from '../salesforce/api-error.ts';
import { ignoresHangUp } from './hang-up.ts';
import { Interrupted, InterruptGuard } from './interrupt.ts';
import { ignoreLostOutput } from './lost-output.ts';

/** Turns any error into one for users, which says how to resume `run`, if there is one. */
export function toKnownError(error: unknown, run?: RunState): SfError {
  const known = translate(error, run);
  if (run) known.actions = [...(known.actions ?? []), nextStep(known, run)];
  return known;
}

/** If the org doesn't allow the Bulk API, resuming would fail too. */
function nextStep({ name }: SfError, run: RunState): string {
  const isBarred = name === 'BulkNotAllowedError' && run.command === 'sync' && run.batches.length === 0;
  return isBarred
    ? 'Or write the changes without the Bulk API: repeat the command with "--api rest".'
    : `Finish the run with "${resumeCommand(run)}".`;
}

function translate(error: unknown, run: RunState | undefined): SfError {
  if (error instanceof Interrupted) {
    const details = { exitCode: error.exitCode, cause: error };
    return run
      ? bylineError('interrupted', [run.runId], { ...details, actionTokens: [flagOfRun(run)] })
      : bylineError('interruptedEarly', [], details);
  }
  if (error instanceof SalesforceApiError) return toUserError(error);
  return error instanceof SfError ? (error as SfError) : SfError.wrap(error);
}

/**
 * Runs the work of a command: exits gracefully on Ctrl-C, throws only errors for users, and continues if nobody reads
 * its output.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  ignoreLostOutput();
  using guard = new InterruptGuard(ignoresHangUp());
  try {
    return await work(guard.signal);
  } catch (error) {
    throw toKnownError(error);
  }
}
