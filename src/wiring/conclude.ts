import type { RunEnd } from '../model/run-facts.ts';
import { type RunResult, toResult } from '../report/result.ts';
import { Interrupted } from './interrupt.ts';
import { toKnownError } from './known-error.ts';
import type { OpenOrg } from './org.ts';
import type { OpenRun } from './open-run.ts';

/**
 * Does the work of a run and writes down how it ended. Where it ends in an error, what is known of the run is in the
 * error's `data`; where it was interrupted, the error says how to go on.
 */
export async function concludeRun(run: OpenRun, org: OpenOrg, work: () => Promise<RunEnd>): Promise<RunResult> {
  try {
    await run.write({ fact: 'ended', state: await work(), reason: null });
    return await summarize(run, org);
  } catch (error) {
    const interrupted = error instanceof Interrupted;
    const known = toKnownError(error, run.state.runId);
    // A journal that cannot be written to must not hide the first error.
    await run
      .write({ fact: 'ended', state: interrupted ? 'InProgress' : 'Failed', reason: known.message })
      .catch(() => undefined);
    throw known.setData((await summarize(run, org)) as never);
  }
}

async function summarize(run: OpenRun, org: OpenOrg): Promise<RunResult> {
  return toResult(run.state, {
    changes: await run.firstChanges(),
    files: { journal: run.journalPath, plan: null, report: null, success: null, failed: null },
    apiUsage: org.session.usage ?? null,
  });
}
