import type { RunEnd } from '../model/run-facts.ts';
import { type RunResult, toResult } from '../report/result.ts';
import { Interrupted } from './interrupt.ts';
import { toKnownError } from './known-error.ts';
import type { OpenOrg } from './org.ts';
import type { OpenRun } from './open-run.ts';
import { writeResultFiles } from './result-files.ts';

/** What is to be left of a run besides its journal. */
export type Conclusion = {
  /** The folder for the result files. */
  readonly outputDir?: string | undefined;
  /** Where the plan was saved, or came from. */
  readonly planFile?: string | undefined;
};

/**
 * Does the work of a run and writes down how it ended. Where it ends in an error, what is known of the run is in the
 * error's `data`; where it was interrupted, the error says how to go on.
 */
export async function concludeRun(
  run: OpenRun,
  org: OpenOrg,
  conclusion: Conclusion,
  work: () => Promise<RunEnd>,
): Promise<RunResult> {
  try {
    await run.write({ fact: 'ended', state: await work(), reason: null });
  } catch (error) {
    const known = toKnownError(error, run.state.runId);
    const state = error instanceof Interrupted ? 'InProgress' : 'Failed';
    // A journal that cannot be written to must not hide the first error.
    await run.write({ fact: 'ended', state, reason: known.message }).catch(() => undefined);
    throw known.setData((await summarize(run, org, conclusion).catch(() => null)) as never);
  }
  return summarize(run, org, conclusion);
}

/** Sums up a run, and writes its result files where they are wanted. */
export async function summarize(
  run: OpenRun,
  org: OpenOrg | null,
  { outputDir, planFile }: Conclusion,
): Promise<RunResult> {
  const files = outputDir === undefined ? { success: null, failed: null } : await writeResultFiles(run, outputDir);
  return toResult(run.state, {
    changes: await run.firstChanges(),
    files: { journal: run.journalPath, plan: planFile ?? null, report: null, ...files },
    tally: run.state.tally ?? run.plan.progress.tally,
    apiUsage: org?.session.usage ?? null,
  });
}
