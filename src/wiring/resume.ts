import type { SfError } from '@salesforce/core';
import { bylineError } from '../errors.ts';
import type { PlanFile } from '../journal/plan-file.ts';
import { OPERATIONS } from '../model/run-facts.ts';
import { type RunState, stateOf } from '../model/run-state.ts';
import { unprocessedRows } from '../model/run-rows.ts';
import type { WhichRun } from '../model/which-run.ts';
import type { RunView } from '../report/run-view.ts';
import { describeObject } from '../salesforce/describe.ts';
import { mergeSettings } from '../settings/settings.ts';
import { readSettings } from '../settings/settings-file.ts';
import { chooseRun } from './choose-run.ts';
import { concludeRun, type Conclusion } from './conclude.ts';
import { driveRun, type Planning, type Watcher } from './drive-run.ts';
import { type NamedOrg, openOrgOfRun } from './find-org.ts';
import { type OpenOrg, openOrg } from './org.ts';
import { stoppableSignal } from './interrupt.ts';
import { OpenRun } from './open-run.ts';
import { openCounts, openEarlierPlan, openSourceServices, stepsOfCounts, stepsOfPlan } from './plan-steps.ts';
import { recoverRun } from './recover.ts';
import { requireRecordsOf } from './require-plan.ts';
import { prepareReport } from './report-file.ts';
import { prepareOutputDir } from './result-files.ts';
import { worldOf } from './sync.ts';

export type ResumeOptions = Conclusion & { readonly waitMs: number; readonly folder: string };

/** Why a run is not to be resumed; `null` where it has something left to do. */
function whyNothingToResume(state: RunState): SfError | null {
  const { runId } = state;
  if (state.settings.dryRun) return bylineError('resumeDryRun', [runId]);
  const end = state.end?.state ?? 'InProgress';
  const ended = end === 'Completed' || end === 'CompletedWithFailures' || end === 'Planned';
  const left = OPERATIONS.flatMap((operation) => unprocessedRows(stateOf(state, operation)));
  return ended && left.length === 0 ? bylineError('nothingToResume', [runId, end], { actionTokens: [runId] }) : null;
}

/** Whether the process that rebuilt the run from its job came to the end of it. */
const isWhole = ({ settings, tally }: RunState): boolean => settings.source.kind !== 'job' || tally !== null;

/** Finishes the run a user means; one whose journal is not here is rebuilt from what the named org holds of its job. */
export async function resume(
  which: WhichRun,
  named: NamedOrg,
  options: ResumeOptions,
  watcher: Watcher,
  signal: AbortSignal,
): Promise<RunView> {
  const { folder, outputDir, reportFile } = options;
  if (reportFile !== undefined) await prepareReport(reportFile);
  if (outputDir !== undefined) await prepareOutputDir(outputDir);
  // By its job, a run can be rebuilt again.
  const broken = (state: RunState): SfError | null =>
    which.by === 'job' ? null : bylineError('resumeRecovery', [state.runId]);
  const unfit = (state: RunState): SfError | null => (isWhole(state) ? whyNothingToResume(state) : broken(state));
  const state = await chooseRun(which, { folder, unfit, kind: 'run with something left to do' }, watcher);
  if (state && isWhole(state))
    return resumeRun(await openOrgOfRun(state, named, signal), state.runId, options, watcher, signal);
  const job = which.by === 'job' ? which.job : '';
  if (!named.org) throw bylineError('runNotHere', [job]);
  const org = await openOrg(named.org, named, signal);
  const { sobject } = mergeSettings({}, (await readSettings(undefined, process.cwd())).settings);
  return resumeRun(org, await recoverRun(org, job, sobject, folder, watcher, signal), options, watcher, signal);
}

/** Takes up a run where an earlier process left it: what is unsure is asked first, then the rest is planned, sent and awaited. */
export async function resumeRun(
  org: OpenOrg,
  runId: string,
  options: ResumeOptions,
  watcher: Watcher,
  signal: AbortSignal,
): Promise<RunView> {
  await using run = await OpenRun.continue(worldOf(org, options.folder, watcher), runId, signal);
  const reason = whyNothingToResume(run.state);
  if (reason) throw reason;
  await using earlier = await openSource(run, options.folder);
  await requireOwnRecords(org, run, earlier, signal);
  const planning = await remainingSteps(run, earlier, org, options.folder, watcher, signal);
  await run.write({ fact: 'resumed' });
  return await concludeRun(run, org, options, () =>
    driveRun(run, org, { ...planning, waitMs: options.waitMs, watcher, signal }),
  );
}

/** The plan that of the run is made of, where there is one it is not complete without. */
async function openSource({ plan, state }: OpenRun, folder: string): Promise<PlanFile | null> {
  const { source } = state.settings;
  return source.kind === 'plan' && !isPlanned({ plan, state }) ? openEarlierPlan(source, folder) : null;
}

/** Whether there is nothing left to plan. */
const isPlanned = ({ plan, state }: Pick<OpenRun, 'plan' | 'state'>): boolean =>
  plan.progress.complete && state.tally !== null;

/** Throws an error naming the plan where the records in it are of another object than the run. */
async function requireOwnRecords(
  { session }: OpenOrg,
  { plan, state }: OpenRun,
  earlier: PlanFile | null,
  signal: AbortSignal,
): Promise<void> {
  const described = await describeObject(session, state.settings.sobject, signal);
  for (const one of earlier ? [plan, earlier] : [plan]) requireRecordsOf(described, one);
}

/** What an interrupted process had still to plan. */
async function remainingSteps(
  run: OpenRun,
  earlier: PlanFile | null,
  org: OpenOrg,
  folder: string,
  watcher: Watcher,
  signal: AbortSignal,
): Promise<Planning> {
  const { settings } = run.state;
  const { source } = settings;
  const { through, tally } = run.plan.progress;
  if (isPlanned(run)) return COMPLETE;
  switch (source.kind) {
    case 'counts': {
      const counting = stoppableSignal(signal);
      const services = openSourceServices(settings, source, folder, counting.signal, (text) => watcher.warn(text));
      const from = { after: through, counted: tally?.queried ?? 0, watcher, folder };
      const input = await openCounts(org, settings, source, from, services, counting.signal);
      return { steps: stepsOfCounts(run, source, input), records: input.records, stop: counting.stop };
    }
    case 'plan':
      return earlier
        ? { steps: stepsOfPlan(run, earlier, source, org, folder, watcher, signal), records: null }
        : COMPLETE;
    case 'job':
      return COMPLETE;
  }
}

const COMPLETE: Planning = { steps: null, records: null };
