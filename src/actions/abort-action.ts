import type { SfError } from '@salesforce/core';
import { bylineError } from '../errors.ts';
import { NO_TALLY, OPERATIONS, type Operation } from '../model/run-facts.ts';
import { isSent, type RunState } from '../model/run-state.ts';
import type { WhichRun } from '../model/which-run.ts';
import { awaitOutcomes } from '../pipeline/await-outcomes.ts';
import type { RunView } from '../report/run-view.ts';
import { type NamedOrg, openOrgOfRun } from '../process/find-org.ts';
import { requireRun } from '../runs/choose-run.ts';
import { finishRun, type FinishOptions, prepareFiles } from '../runs/finish-run.ts';
import { OpenRun } from '../runs/open-run.ts';
import { bulkOf, openTransport } from '../runs/open-transport.ts';
import type { LocalContext, RunContext } from '../runs/run-context.ts';

export type AbortOptions = FinishOptions & { readonly waitMs: number };

/** Why a run can't be aborted; `null` if it is in progress or failed. */
function whyNothingToAbort({ runId, settings, end }: RunState): SfError | null {
  const state = end?.state ?? 'InProgress';
  const isOpen = !settings.dryRun && (state === 'InProgress' || state === 'Failed');
  return isOpen ? null : bylineError('nothingToAbort', [runId, state], { actionTokens: [runId] });
}

/** Aborts the selected run: first its jobs in the org, then the run itself. */
export async function abort(
  context: LocalContext,
  which: WhichRun,
  options: AbortOptions & NamedOrg,
): Promise<RunView> {
  await prepareFiles(options);
  const state = await requireRun(context, which, { unfit: whyNothingToAbort, kind: 'run that can be aborted' });
  const org = await openOrgOfRun(state, options, context.signal);
  return abortRun({ ...context, org }, state.runId, options);
}

/**
 * Aborts the jobs of a run and ends it. Queued batches aren't processed. Batches that the org has begun may still be
 * written, so their outcomes are awaited (Bulk API Developer Guide, "Abort a Job"). A run over the REST API has no job;
 * it ends with what it has written.
 */
export async function abortRun(context: RunContext, runId: string, options: AbortOptions): Promise<RunView> {
  await using run = await OpenRun.continue(context, runId, context.signal);
  const reason = whyNothingToAbort(run.state);
  if (reason) throw reason;
  await run.write({ fact: 'resumed' });
  return await finishRun(run, context.org, options, async () => {
    const deadline = run.clock.now() + options.waitMs;
    const kept = OPERATIONS.filter((operation) => operation === 'update' || run.state.settings.history !== null);
    for (const operation of kept) if (!(await abortJobs(context, run, operation, deadline))) return 'InProgress';
    await endPlan(run);
    return 'Aborted';
  });
}

/** Returns false if the org was still processing batches at the deadline. */
async function abortJobs(
  { org: { session }, signal }: RunContext,
  run: OpenRun,
  operation: Operation,
  deadline: number,
): Promise<boolean> {
  const { settings } = run.state;
  const part = run.part(operation);
  // While the job is open, a batch whose answer was lost can be found; after the abort, it can't arrive.
  await openTransport(session, settings, operation).reconcile(part, signal);
  if (settings.api === 'rest') return true;
  const bulk = bulkOf(session, settings, operation);
  for (const job of new Set(part.state.batches.filter(isSent).map(({ job }) => job))) {
    const end = await bulk.abortJob(job, signal);
    if (end === 'Aborted') await run.write({ fact: 'aborted', job });
  }
  return awaitOutcomes(part, bulk, { deadline, signal });
}

/** Completes the plan with the changes it has so far, so that the run can be undone. */
async function endPlan(run: OpenRun): Promise<void> {
  if (run.state.tally) return;
  const tally = run.plan.progress.tally ?? NO_TALLY;
  if (!run.plan.progress.complete) await run.plan.finish(tally);
  await run.write({ fact: 'planned', tally, forecast: run.requests });
}
