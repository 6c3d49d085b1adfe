import { readFile } from 'node:fs/promises';
import { bylineError } from '../errors.ts';
import type { RunState } from '../model/run-state.ts';
import type { WhichRun } from '../model/which-run.ts';
import { journalPath, listRunIds, readBegunRun } from './runs.ts';

/** Why a command can't work on a run; `null` if it can. */
export type WhyUnfit = (state: RunState) => Error | null | Promise<Error | null>;

/**
 * Finds the selected run: by id, by job, or the newest that is not `unfit`. Throws an error if there is no such run, if
 * it is unfit, or if its journal is damaged; damaged journals of other runs are ignored. Returns `undefined` if no run
 * has the job.
 */
export async function findRun(
  folder: string,
  which: WhichRun,
  unfit: WhyUnfit = () => null,
): Promise<RunState | undefined> {
  if (which.by === 'newest') return findNewest(folder, unfit);
  const state = which.by === 'run' ? await findById(folder, which.runId) : await findByJob(folder, which.job);
  const reason = state && (await unfit(state));
  if (reason) throw reason;
  return state;
}

/** The newest run that isn't unfit. If all are, throws the reason of the newest one. */
async function findNewest(folder: string, unfit: WhyUnfit): Promise<RunState> {
  let first: Error | undefined;
  for (const id of await listRunIds(folder)) {
    const state = (await readBegunRun(folder, id))?.state;
    if (!state) continue;
    const reason = await unfit(state);
    if (!reason) return state;
    first ??= reason;
  }
  throw first ?? bylineError('noRuns', [folder]);
}

async function findById(folder: string, runId: string): Promise<RunState> {
  const isHere = (await listRunIds(folder)).includes(runId);
  const state = isHere ? (await readBegunRun(folder, runId))?.state : undefined;
  if (!state) throw bylineError('runUnknown', [runId, folder]);
  return state;
}

async function findByJob(folder: string, job: string): Promise<RunState | undefined> {
  for (const id of await listRunIds(folder)) {
    const state = await readBegunRun(folder, id).then(
      (run) => run?.state,
      async (error: unknown) => {
        if (await mentions(journalPath(folder, id), job.slice(0, 15))) throw error;
      },
    );
    if (state && hasJob(state, job)) return state;
  }
  return undefined;
}

const hasJob = ({ jobs }: RunState, job: string): boolean =>
  jobs.some(({ id }) => id.slice(0, 15) === job.slice(0, 15));

async function mentions(path: string, text: string): Promise<boolean> {
  return (await readFile(path, 'utf8')).includes(text);
}
