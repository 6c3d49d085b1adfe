import type { RunResult } from './result.ts';

/** The command that goes on with a run: by its job where it has one, as another run may be the newest by then. */
export function resumeCommand(jobs: readonly { readonly id: string }[]): string {
  const job = jobs.at(-1)?.id;
  return job === undefined ? 'sf byline resume --use-most-recent' : `sf byline resume --job-id ${job}`;
}

/** How to see a run end that is still going on; `null` where it has ended. */
export function resumeHint({ state, jobs, runId }: RunResult): string | null {
  const job = jobs.at(-1)?.id;
  if (state !== 'InProgress') return null;
  return job === undefined
    ? `Run ${runId} is not finished. Go on with "${resumeCommand(jobs)}".`
    : `Job ${job} is still running. See how it ends with "${resumeCommand(jobs)}".`;
}
