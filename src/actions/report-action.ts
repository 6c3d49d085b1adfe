import { listRunIds, readBegunRun } from '../journal/runs.ts';
import { OPERATIONS } from '../model/run-facts.ts';
import { isComplete } from '../model/run-rows.ts';
import { isSent, type RunState } from '../model/run-state.ts';
import type { WhichRun } from '../model/which-run.ts';
import { finalState } from '../model/final-state.ts';
import { awaitOutcomes } from '../pipeline/await-outcomes.ts';
import { type RunResult, toResult } from '../report/result.ts';
import type { RunView } from '../report/run-view.ts';
import { requireRun } from '../runs/choose-run.ts';
import { type FinishOptions, prepareFiles, summarizeRun } from '../runs/finish-run.ts';
import { type NamedOrg, openOrgOfRun } from '../process/find-org.ts';
import { Interrupted } from '../process/interrupt.ts';
import { toKnownError } from '../process/known-error.ts';
import type { OpenOrg } from '../process/open-org.ts';
import { OpenRun } from '../runs/open-run.ts';
import { bulkOf } from '../runs/open-transport.ts';
import { historyLeft } from '../runs/remaining-history.ts';
import { NO_FILES } from '../runs/result-files.ts';
import type { LocalContext } from '../runs/run-context.ts';

/**
 * Summarizes the selected run from its journal. If batches are open and no other process works on the run, polls the
 * org once and adds the outcomes to the journal.
 */
export async function report(
  context: LocalContext,
  which: WhichRun,
  options: FinishOptions & NamedOrg,
): Promise<RunView> {
  await prepareFiles(options);
  const state = await requireRun(context, which, { kind: 'run' });
  const org = isUnread(state) ? await pollOrg(context, state, options) : null;
  await using run = await OpenRun.view(context.runsDir, state.runId);
  return await summarizeRun(run, org, options);
}

/**
 * Adds the outcomes of open batches to the journal. Returns `null` if the org can't be asked; the report then uses the
 * journal alone.
 */
async function pollOrg(context: LocalContext, state: RunState, named: NamedOrg): Promise<OpenOrg | null> {
  const { signal, progress } = context;
  try {
    const org = await openOrgOfRun(state, named, signal);
    await using run = await OpenRun.continue({ ...context, org }, state.runId, signal);
    let completed = true;
    for (const operation of OPERATIONS) {
      const bulk = bulkOf(org.session, state.settings, operation);
      completed &&= await awaitOutcomes(run.part(operation), bulk, { deadline: 0, signal });
    }
    if (completed && (await isDone(run)))
      await run.write({ fact: 'ended', state: finalState(run.state), reason: null });
    return org;
  } catch (error) {
    const { name, message } = toKnownError(error);
    if (error instanceof Interrupted || name === 'RunOfOtherOrgError') throw error;
    // The process that works on the run polls the org itself.
    if (name !== 'RunLockedError') progress.warn(`The outcome of open batches is unknown: ${message}`);
    return null;
  }
}

/** Whether the org may know more than the journal: outcomes of batches, or the end of the run. */
const isUnread = (state: RunState): boolean =>
  state.batches.some(isSent) || ((state.end?.state ?? 'InProgress') === 'InProgress' && isComplete(state));

/** Whether all batches have outcomes. */
async function isDone(run: OpenRun): Promise<boolean> {
  return isComplete(run.state) && (await historyLeft(run)).length === 0;
}

/** All runs of this machine's user, newest first, without their changes. Warns of a journal that can't be read. */
export async function listRuns(folder: string, warn: (text: string) => void): Promise<RunResult[]> {
  const results: RunResult[] = [];
  for (const id of await listRunIds(folder)) {
    try {
      const state = (await readBegunRun(folder, id))?.state;
      if (!state) continue;
      const files = {
        settings: null,
        journal: `${folder}/${id}.jsonl`,
        plan: null,
        planDigest: null,
        report: null,
        ...NO_FILES,
      };
      results.push(toResult(state, { changes: [], files, tally: state.tally, apiUsage: null }));
    } catch (error) {
      warn((error as Error).message);
    }
  }
  return results;
}
