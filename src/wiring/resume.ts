import { bylineError } from '../errors.ts';
import { findRun } from '../journal/runs.ts';
import type { RunState } from '../model/run-state.ts';
import { unprocessedRows } from '../model/run-rows.ts';
import type { RunView } from '../report/run-view.ts';
import { mergeSettings } from '../settings/settings.ts';
import { readSettings } from '../settings/settings-file.ts';
import { concludeRun, type Conclusion } from './conclude.ts';
import { driveRun, type Planning, type Watcher } from './drive-run.ts';
import { type NamedOrg, openOrgOfRun } from './find-org.ts';
import { type OpenOrg, openOrg } from './org.ts';
import { OpenRun } from './open-run.ts';
import { openCounts, openSourceServices, stepsOfCounts, stepsOfPlan } from './plan-steps.ts';
import { recoverRun } from './recover.ts';
import { prepareOutputDir } from './result-files.ts';
import { worldOf } from './sync.ts';

export type ResumeOptions = Conclusion & { readonly waitMs: number; readonly folder: string };

/** Throws an error where a run has nothing left to do. */
function requireUnfinished(state: RunState): void {
  if (state.settings.dryRun) throw bylineError('resumeDryRun', [state.runId]);
  const end = state.end?.state ?? 'InProgress';
  const ended = end === 'Completed' || end === 'CompletedWithFailures' || end === 'Planned';
  if (ended && unprocessedRows(state).length === 0) throw bylineError('nothingToResume', [state.runId, end]);
}

/** Whether the process that rebuilt the run from its job came to the end of it. */
const isWhole = ({ settings, tally }: RunState): boolean => settings.source.kind !== 'job' || tally !== null;

/** Finishes the run a user means; one whose journal is not here is rebuilt from what the named org holds of its job. */
export async function resume(
  job: string | undefined,
  named: NamedOrg,
  options: ResumeOptions,
  watcher: Watcher,
  signal: AbortSignal,
): Promise<RunView> {
  if (options.outputDir !== undefined) await prepareOutputDir(options.outputDir);
  const state = await findRun(options.folder, job);
  if (state && isWhole(state))
    return resumeRun(await openOrgOfRun(state, named, signal), state.runId, options, watcher, signal);
  if (state && job === undefined) throw bylineError('resumeRecovery', [state.runId]);
  if (!named.org || job === undefined) throw bylineError('runNotHere', [job ?? '']);
  const org = await openOrg(named.org, named, signal);
  const { sobject } = mergeSettings({}, (await readSettings(undefined, process.cwd())).settings);
  return resumeRun(org, await recoverRun(org, job, sobject, options.folder, watcher, signal), options, watcher, signal);
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
  requireUnfinished(run.state);
  const planning = await remainingSteps(run, org, options.folder, watcher, signal);
  await run.write({ fact: 'resumed' });
  return await concludeRun(run, org, options, () =>
    driveRun(run, org, { ...planning, waitMs: options.waitMs, watcher, signal }),
  );
}

/** What an interrupted process had still to plan. */
async function remainingSteps(
  run: OpenRun,
  org: OpenOrg,
  folder: string,
  watcher: Watcher,
  signal: AbortSignal,
): Promise<Planning> {
  const { settings } = run.state;
  const { source } = settings;
  const { through, tally, complete } = run.plan.progress;
  if (complete && run.state.tally) return COMPLETE;
  switch (source.kind) {
    case 'counts': {
      const services = openSourceServices(settings, source, folder, signal, (text) => watcher.warn(text));
      const from = { after: through, counted: tally?.queried ?? 0, watcher, folder };
      const input = await openCounts(org, settings, source, from, services, signal);
      return { steps: stepsOfCounts(run, source, input), records: input.records };
    }
    case 'plan':
      return { steps: stepsOfPlan(run, source, org, folder, watcher, signal), records: null };
    case 'job':
      return COMPLETE;
  }
}

const COMPLETE: Planning = { steps: null, records: null };
