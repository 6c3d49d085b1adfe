import type { SfError } from '@salesforce/core';
import { bylineError } from '../errors.ts';
import type { PlanFile } from '../journal/plan-file.ts';
import { OPERATIONS } from '../model/run-facts.ts';
import { type RunState, stateOf } from '../model/run-state.ts';
import { unprocessedRows } from '../model/run-rows.ts';
import { shellWord } from '../model/command-words.ts';
import type { WhichRun } from '../model/which-run.ts';
import type { RunView } from '../report/run-view.ts';
import { describeObject } from '../salesforce/describe.ts';
import { mergeSettings } from '../settings/settings.ts';
import { readSettings } from '../settings/settings-file.ts';
import { chooseRun } from '../runs/choose-run.ts';
import { finishRun, type FinishOptions } from '../runs/finish-run.ts';
import { driveRun, type Planning } from '../runs/drive-run.ts';
import type { ProgressListener } from '../runs/progress-listener.ts';
import { type NamedOrg, openOrgOfRun } from '../process/find-org.ts';
import { type OpenOrg, openOrg } from '../process/open-org.ts';
import { stoppableSignal } from '../process/interrupt.ts';
import { OpenRun } from '../runs/open-run.ts';
import { openCounts, openEarlierPlan, openSourceServices, stepsOfCounts, stepsOfPlan } from '../runs/plan-steps.ts';
import { Revalidation } from '../runs/revalidation.ts';
import { recoverRun } from '../runs/recover-run.ts';
import { requireRecordsOf } from '../runs/require-plan.ts';
import { prepareReport } from '../runs/report-file.ts';
import { prepareOutputDir } from '../runs/result-files.ts';
import { runContextOf } from '../runs/run-context.ts';

export type ResumeOptions = FinishOptions & { readonly waitMs: number; readonly folder: string };

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

/** The error for a run that was not rebuilt to its end; its job is named, by which that can be done again. */
const recoveryBroken = ({ runId, jobs, org }: RunState): SfError =>
  bylineError('resumeRecovery', [runId], { actionTokens: [jobs.at(-1)?.id ?? '750…', shellWord(org.username)] });

/** Finishes the run a user means; one whose journal is not here is rebuilt from what the named org holds of its job. */
export async function resume(
  which: WhichRun,
  named: NamedOrg,
  options: ResumeOptions,
  listener: ProgressListener,
  signal: AbortSignal,
): Promise<RunView> {
  const { folder, outputDir, reportFile } = options;
  if (reportFile !== undefined) await prepareReport(reportFile);
  if (outputDir !== undefined) await prepareOutputDir(outputDir);
  // By its job, a run can be rebuilt again.
  const broken = (state: RunState): SfError | null => (which.by === 'job' ? null : recoveryBroken(state));
  const unfit = (state: RunState): SfError | null => (isWhole(state) ? whyNothingToResume(state) : broken(state));
  const state = await chooseRun(which, { folder, unfit, kind: 'run with something left to do' }, listener);
  if (state && isWhole(state))
    return resumeRun(await openOrgOfRun(state, named, signal), state.runId, options, listener, signal);
  const job = which.by === 'job' ? which.job : '';
  if (!named.org) throw bylineError('runNotHere', [job], { actionTokens: [job] });
  const org = await openOrg(named.org, named, signal);
  const { sobject } = mergeSettings({}, (await readSettings(undefined, process.cwd())).settings);
  return resumeRun(org, await recoverRun(org, job, sobject, folder, listener, signal), options, listener, signal);
}

/** Takes up a run where an earlier process left it: what is unsure is asked first, then the rest is planned, sent and awaited. */
export async function resumeRun(
  org: OpenOrg,
  runId: string,
  options: ResumeOptions,
  listener: ProgressListener,
  signal: AbortSignal,
): Promise<RunView> {
  await using run = await OpenRun.continue(runContextOf(org, options.folder, listener), runId, signal);
  const reason = whyNothingToResume(run.state);
  if (reason) throw reason;
  await using earlier = await openSource(run, options.folder);
  await requireOwnRecords(org, run, earlier, signal);
  const revalidation = openRevalidation(run, org, options.folder, listener, signal);
  const planning = await remainingSteps(run, earlier, org, options.folder, listener, signal);
  await run.write({ fact: 'resumed' });
  return await finishRun(run, org, options, () =>
    driveRun(run, org, { ...planning, revalidation, waitMs: options.waitMs, listener, signal }),
  );
}

/** What records held is not known of a run that was rebuilt from its job: its rows are sent as they stand there. */
function openRevalidation(
  run: OpenRun,
  org: OpenOrg,
  folder: string,
  listener: ProgressListener,
  signal: AbortSignal,
): Revalidation | null {
  if (run.state.settings.source.kind === 'job') return null;
  return new Revalidation(run, org, { onNotice: (text) => listener.notify(text), folder, signal });
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
  listener: ProgressListener,
  signal: AbortSignal,
): Promise<Planning> {
  const { settings } = run.state;
  const { source } = settings;
  const { through, tally } = run.plan.progress;
  if (isPlanned(run)) return COMPLETE;
  switch (source.kind) {
    case 'counts': {
      const counting = stoppableSignal(signal);
      const services = openSourceServices(settings, source, folder, counting.signal, (text) => listener.warn(text));
      const from = { after: through, counted: tally?.queried ?? 0, listener, folder };
      const input = await openCounts(org, settings, source, from, services, counting.signal);
      return { steps: stepsOfCounts(run, source, input), records: input.records, stop: counting.stop };
    }
    case 'plan':
      return earlier
        ? { steps: stepsOfPlan(run, earlier, source, org, folder, listener, signal), records: null }
        : COMPLETE;
    case 'job':
      return COMPLETE;
  }
}

const COMPLETE: Planning = { steps: null, records: null };
