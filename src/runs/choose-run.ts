import { bylineError } from '../errors.ts';
import { findRun, type Unfit } from '../journal/find-run.ts';
import type { RunState } from '../model/run-state.ts';
import type { WhichRun } from '../model/which-run.ts';
import type { ProgressListener } from './progress-listener.ts';

/** What a command needs to find its run. */
export type RunSearch = {
  readonly folder: string;
  /** Why the command can do nothing with a run: the newest run is the newest without such a reason. */
  readonly unfit?: Unfit;
  /** What the newest run is called: `run`, `run that can be undone`. */
  readonly kind: string;
};

/** The run a user means, and says which one the newest is. `undefined` where no run on this machine has the job. */
export async function chooseRun(
  which: WhichRun,
  { folder, unfit, kind }: RunSearch,
  listener: Pick<ProgressListener, 'notify'>,
): Promise<RunState | undefined> {
  const state = await findRun(folder, which, unfit);
  if (state && which.by === 'newest') listener.notify(`The newest ${kind} is ${state.runId} (${state.command}).`);
  return state;
}

/** The same. Throws an error where no run on this machine has the job. */
export async function requireRun(
  which: WhichRun,
  search: RunSearch,
  listener: Pick<ProgressListener, 'notify'>,
): Promise<RunState> {
  const state = await chooseRun(which, search, listener);
  if (state) return state;
  const job = which.by === 'job' ? which.job : '';
  throw bylineError('runNotHere', [job], { actionTokens: [job] });
}
