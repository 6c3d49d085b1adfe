/** A run id: the second in which the run began (UTC) and six random hex digits, as in `20261123T073015Z-4f2a1c`. */
export const RUN_ID = /^(\d{8}T\d{6}Z)-[0-9a-f]{6}$/;

/** How a command selects a run: by its id, by the id of its job (15 or 18 characters), or the newest one. */
export type WhichRun =
  | { readonly by: 'run'; readonly runId: string }
  | { readonly by: 'job'; readonly job: string }
  | { readonly by: 'newest' };

/** The flag that selects a run: by its last job, or by its id if it has none. */
export function flagOfRun({ runId, jobs }: { runId: string; jobs: readonly { readonly id: string }[] }): string {
  const job = jobs.at(-1)?.id;
  return job === undefined ? `--run-id ${runId}` : `--job-id ${job}`;
}
