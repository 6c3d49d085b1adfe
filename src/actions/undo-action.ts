import type { SfError } from '@salesforce/core';
import { bylineError } from '../errors.ts';
import { orAbort } from '../http/wait.ts';
import { readWrittenRows } from '../journal/outcomes.ts';
import { journalPath, planPath } from '../journal/runs.ts';
import { countRows } from '../model/ranges.ts';
import type { RunState } from '../model/run-state.ts';
import { flagOfRun, type WhichRun } from '../model/which-run.ts';
import type { RunView } from '../report/run-view.ts';
import { checkFields, describeObject } from '../salesforce/describe.ts';
import { requireRun } from '../runs/choose-run.ts';
import { finishRun, type FinishOptions, prepareFiles, summarizeRun } from '../runs/finish-run.ts';
import { driveRun, planRun } from '../runs/drive-run.ts';
import { type NamedOrg, openOrgOfRun } from '../process/find-org.ts';
import { OpenRun, viewWholePlan } from '../runs/open-run.ts';
import { openHistory } from '../runs/open-history.ts';
import { stepsOfPlan } from '../runs/plan-steps.ts';
import { requireRecordsOf } from '../runs/require-plan.ts';
import type { LocalContext, RunContext } from '../runs/run-context.ts';

/**
 * Whether an undo may write: with `--no-prompt` it may; in a terminal the user confirms a preview; elsewhere nobody can
 * be asked.
 */
export type UndoConsent = 'given' | 'nobody to ask' | ((preview: RunView) => Promise<boolean>);

export type UndoOptions = FinishOptions & { readonly waitMs: number | null; readonly leave: UndoConsent };

/** Undoes the selected run. */
export async function undo(context: LocalContext, which: WhichRun, options: UndoOptions & NamedOrg): Promise<RunView> {
  await prepareFiles(options);
  const unfit = (state: RunState): Promise<SfError | null> => whyNothingToUndo(state, context.runsDir);
  const state = await requireRun(context, which, { unfit, kind: 'run that can be undone' });
  requireFinished(state);
  if (options.leave === 'nobody to ask') throw bylineError('undoUnasked', [], { exitCode: 2 });
  return undoRun({ ...context, org: await openOrgOfRun(state, options, context.signal) }, state, options);
}

/** Restores the values a run replaced, in a new run. Records that changed since are skipped. */
export async function undoRun(context: RunContext, state: RunState, options: UndoOptions): Promise<RunView> {
  const { org, runsDir, signal } = context;
  const { sobject, urlField, fields, stampField, history, api } = state.settings;
  if (api === 'rest' && options.waitMs === null) throw bylineError('asyncOverRest', [state.runId], { exitCode: 2 });
  // Opened first, so that no run begins if this fails.
  await using plan = await viewWholePlan(runsDir, state);
  const described = await describeObject(org.session, sobject, signal);
  checkFields(described, { sobject, urlField, fields, stampField, write: true });
  requireRecordsOf(described, plan);
  if (history) await openHistory(context, sobject, history);
  const path = planPath(runsDir, state.runId);
  const source = { kind: 'plan', path, runId: state.runId, reversed: true } as const;
  await using run = await OpenRun.create(context, 'undo', { ...state.settings, dryRun: false, source });
  return await finishRun(run, org, options, async () => {
    await planRun(context, run, stepsOfPlan(context, run, plan, source));
    if (run.plan.size + run.plan.historySize > 0 && typeof options.leave === 'function') {
      // Until the user confirms, the run has nothing to resume.
      await run.write({ fact: 'ended', state: 'Planned', reason: null });
      if (!(await orAbort(options.leave(await summarizeRun(run, org, { verbose: options.verbose === true })), signal)))
        return 'Planned';
      await run.write({ fact: 'resumed' });
    }
    return driveRun(context, run, { steps: null, records: null, waitMs: options.waitMs });
  });
}

/** Why a run can never be undone; `null` if it wrote something, or still may. */
async function whyNothingToUndo(state: RunState, folder: string): Promise<SfError | null> {
  const { runId, settings } = state;
  if (settings.dryRun) return bylineError('undoDryRun', [runId]);
  if (settings.source.kind === 'job') return bylineError('undoWithoutBefore', [runId]);
  if (hasOpenBatches(state)) return null;
  const journal = journalPath(folder, runId);
  const written = [...(await readWrittenRows(journal)), ...(await readWrittenRows(journal, 'upsert'))];
  return countRows(written) === 0 ? bylineError('nothingToUndo', [runId]) : null;
}

/**
 * Throws an error if a run may still write. Such a run is not passed over as the newest one, because it may be the one
 * the user means.
 */
function requireFinished(state: RunState): void {
  if (!hasOpenBatches(state) && state.tally) return;
  throw bylineError('undoUnfinished', [state.runId], { actionTokens: [flagOfRun(state)] });
}

const hasOpenBatches = ({ batches }: RunState): boolean =>
  batches.some(({ phase }) => phase === 'sending' || phase === 'sent');
