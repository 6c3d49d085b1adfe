import type { SfError } from '@salesforce/core';
import { bylineError } from '../errors.ts';
import type { PlanFile } from '../journal/plan-file.ts';
import { OPERATIONS, type PlanSource } from '../model/run-facts.ts';
import { type RunState, stateOf } from '../model/run-state.ts';
import { unprocessedRows } from '../model/run-rows.ts';
import { shellWord } from '../model/command-words.ts';
import type { WhichRun } from '../model/which-run.ts';
import { toRooms } from '../pipeline/fit-changes.ts';
import type { RunView } from '../report/run-view.ts';
import { describeObject, digitsOf, type ObjectDescribe } from '../salesforce/describe.ts';
import { mergeSettings } from '../settings/settings.ts';
import { readSettings } from '../settings/settings-file.ts';
import { chooseRun } from '../runs/choose-run.ts';
import { finishRun, type FinishOptions, prepareFiles } from '../runs/finish-run.ts';
import { driveRun, type Planning } from '../runs/drive-run.ts';
import { type NamedOrg, openOrgOfRun } from '../process/find-org.ts';
import { openOrg } from '../process/open-org.ts';
import { stoppableSignal } from '../process/interrupt.ts';
import { OpenRun } from '../runs/open-run.ts';
import { openCounts, openEarlierPlan, openSourceServices, stepsOfCounts, stepsOfPlan } from '../runs/plan-steps.ts';
import { Revalidation } from '../runs/revalidation.ts';
import { recoverRun } from '../runs/recover-run.ts';
import { requireRecordsOf } from '../runs/require-plan.ts';
import type { LocalContext, RunContext } from '../runs/run-context.ts';

/** Digits before the decimal point, by service. */
type Digits = ReturnType<typeof digitsOf>;

export type ResumeOptions = FinishOptions & { readonly waitMs: number };

/** Why a run can't be resumed; `null` if it has something left to do. */
function whyNothingToResume(state: RunState): SfError | null {
  const { runId } = state;
  if (state.settings.dryRun) return bylineError('resumeDryRun', [runId]);
  const end = state.end?.state ?? 'InProgress';
  const ended = end === 'Completed' || end === 'CompletedWithFailures' || end === 'Planned';
  const left = OPERATIONS.flatMap((operation) => unprocessedRows(stateOf(state, operation)));
  return ended && left.length === 0 ? bylineError('nothingToResume', [runId, end], { actionTokens: [runId] }) : null;
}

/** Whether recovering the run from its job was completed. */
const isWhole = ({ settings, tally }: RunState): boolean => settings.source.kind !== 'job' || tally !== null;

/**
 * The error for a run whose recovery from its job was interrupted. It names the job, so that the user can recover it
 * again.
 */
const recoveryBroken = ({ runId, jobs, org }: RunState): SfError =>
  bylineError('resumeRecovery', [runId], { actionTokens: [jobs.at(-1)?.id ?? '750…', shellWord(org.username)] });

/** Finishes the selected run. A run whose journal isn't on this machine is recovered from its job in the named org. */
export async function resume(
  context: LocalContext,
  which: WhichRun,
  options: ResumeOptions & NamedOrg,
): Promise<RunView> {
  await prepareFiles(options);
  // With the job id, the run can be recovered again.
  const broken = (state: RunState): SfError | null => (which.by === 'job' ? null : recoveryBroken(state));
  const unfit = (state: RunState): SfError | null => (isWhole(state) ? whyNothingToResume(state) : broken(state));
  const state = await chooseRun(context, which, { unfit, kind: 'run with something left to do' });
  const { signal } = context;
  if (state && isWhole(state)) {
    const org = await openOrgOfRun(state, options, signal);
    return resumeRun({ ...context, org }, state.runId, options);
  }
  const job = which.by === 'job' ? which.job : '';
  if (!options.org) throw bylineError('runNotHere', [job], { actionTokens: [job] });
  const inOrg = { ...context, org: await openOrg(options.org, options, signal) };
  const { sobject } = mergeSettings({}, (await readSettings(undefined, process.cwd())).settings);
  return resumeRun(inOrg, await recoverRun(inOrg, job, sobject), options);
}

/** Resumes a run: reconciles batches whose outcome is unknown, then plans, sends, and awaits the rest. */
export async function resumeRun(context: RunContext, runId: string, options: ResumeOptions): Promise<RunView> {
  await using run = await OpenRun.continue(context, runId, context.signal);
  const reason = whyNothingToResume(run.state);
  if (reason) throw reason;
  await using earlier = await openSource(context, run);
  const described = await requireOwnRecords(context, run, earlier);
  // A field may be smaller than when the run began.
  const digits = digitsOf(described, run.state.settings.fields);
  const revalidation = openRevalidation(context, run, digits);
  const planning = await remainingSteps(context, run, earlier, digits);
  await run.write({ fact: 'resumed' });
  return await finishRun(run, context.org, options, () =>
    driveRun(context, run, { ...planning, revalidation, waitMs: options.waitMs }),
  );
}

/** A run recovered from its job doesn't know earlier values, so its rows are sent without revalidation. */
function openRevalidation(
  { org, runsDir: folder, progress, signal }: RunContext,
  run: OpenRun,
  digits: Digits,
): Revalidation | null {
  const { source, fields } = run.state.settings;
  if (source.kind === 'job') return null;
  const rooms = isReversed(source) ? [] : Object.values(toRooms(fields, digits));
  return new Revalidation(run, org, { onNotice: (text) => progress.notify(text), folder, signal, rooms });
}

const isReversed = (source: PlanSource): boolean => source.kind === 'plan' && source.reversed;

/** The plan this run's plan is made from; `null` if the run's plan is complete. */
async function openSource({ runsDir }: RunContext, { plan, state }: OpenRun): Promise<PlanFile | null> {
  const { source } = state.settings;
  return source.kind === 'plan' && !isPlanned({ plan, state }) ? openEarlierPlan(source, runsDir) : null;
}

/** Whether planning is complete. */
const isPlanned = ({ plan, state }: Pick<OpenRun, 'plan' | 'state'>): boolean =>
  plan.progress.complete && state.tally !== null;

/** The object's describe. Throws an error naming the plan if its records are of another object than the run. */
async function requireOwnRecords(
  { org, signal }: RunContext,
  { plan, state }: OpenRun,
  earlier: PlanFile | null,
): Promise<ObjectDescribe> {
  const described = await describeObject(org.session, state.settings.sobject, signal);
  for (const one of earlier ? [plan, earlier] : [plan]) requireRecordsOf(described, one);
  return described;
}

/** The planning that the interrupted process didn't finish. */
async function remainingSteps(
  context: RunContext,
  run: OpenRun,
  earlier: PlanFile | null,
  digits: Digits,
): Promise<Planning> {
  const { settings } = run.state;
  const source = isReversed(settings.source) ? settings.source : { ...settings.source, digits };
  const { through, tally } = run.plan.progress;
  if (isPlanned(run)) return COMPLETE;
  switch (source.kind) {
    case 'counts': {
      const counting = stoppableSignal(context.signal);
      const stoppable = { ...context, signal: counting.signal };
      const services = openSourceServices(stoppable, settings, source);
      const start = { source, services, after: through, counted: tally?.queried ?? 0 };
      const input = await openCounts(stoppable, settings, start);
      return { steps: stepsOfCounts(run, source, input), records: input.records, stop: counting.stop };
    }
    case 'plan':
      return earlier ? { steps: stepsOfPlan(context, run, earlier, source), records: null } : COMPLETE;
    case 'job':
      return COMPLETE;
  }
}

const COMPLETE: Planning = { steps: null, records: null };
