import { bylineError } from '../errors.ts';
import { findRun, type WhyUnfit } from '../journal/find-run.ts';
import type { RunState } from '../model/run-state.ts';
import type { WhichRun } from '../model/which-run.ts';
import type { LocalContext } from './run-context.ts';

/** Which runs a command can work on. */
export type RunSearch = {
  /** Why the command can't work on a run. `--use-most-recent` skips such runs. */
  readonly unfit?: WhyUnfit;
  /** The name of such a run: `run`, `run that can be undone`. */
  readonly kind: string;
};

/**
 * Finds the selected run, and tells the user if it is the newest. Returns `undefined` if no run on this machine has the
 * job.
 */
export async function chooseRun(
  { runsDir, progress }: LocalContext,
  which: WhichRun,
  { unfit, kind }: RunSearch,
): Promise<RunState | undefined> {
  const state = await findRun(runsDir, which, unfit);
  if (state && which.by === 'newest') progress.notify(`The newest ${kind} is ${state.runId} (${state.command}).`);
  return state;
}

/** Like {@link chooseRun}, but throws an error if no run on this machine has the job. */
export async function requireRun(context: LocalContext, which: WhichRun, search: RunSearch): Promise<RunState> {
  const state = await chooseRun(context, which, search);
  if (state) return state;
  const job = which.by === 'job' ? which.job : '';
  throw bylineError('runNotHere', [job], { actionTokens: [job] });
}
