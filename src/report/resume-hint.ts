import type { RunResult } from './result.ts';

/** How to see a run end that is still going on; `null` where it has ended. */
export function resumeHint({ state, jobs, runId }: RunResult): string | null {
  const job = jobs.at(-1)?.id;
  if (state !== 'InProgress') return null;
  return job === undefined
    ? `Run ${runId} is not finished. Go on with "sf byline resume --use-most-recent".`
    : `Job ${job} is still running. See how it ends with "sf byline resume --job-id ${job}".`;
}
