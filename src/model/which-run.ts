/** A run's id: the second it began in (UTC) and six random hex digits, as in `20261123T073015Z-4f2a1c`. */
export const RUN_ID = /^(\d{8}T\d{6}Z)-[0-9a-f]{6}$/;

/** Which run a command is about: a run by its id, the run of a job (15 or 18 characters), or the newest one. */
export type WhichRun =
  | { readonly by: 'run'; readonly runId: string }
  | { readonly by: 'job'; readonly job: string }
  | { readonly by: 'newest' };

/** The flag that names a run: by its last job where it has one, by its id otherwise. */
export function flagOfRun({ runId, jobs }: { runId: string; jobs: readonly { readonly id: string }[] }): string {
  const job = jobs.at(-1)?.id;
  return job === undefined ? `--run-id ${runId}` : `--job-id ${job}`;
}
