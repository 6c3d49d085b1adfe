import { access, constants, copyFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { bylineError } from '../errors.ts';
import { digestOf } from '../journal/copy.ts';
import { PlanFile } from '../journal/plan-file.ts';
import type { CountsSource } from '../model/run-facts.ts';
import type { RunView } from '../report/run-view.ts';
import { checkFields, describeObject, digitsOf } from '../salesforce/describe.ts';
import { checkNames } from '../salesforce/describe-names.ts';
import { getLimits } from '../salesforce/limits.ts';
import { toHistory } from '../settings/history-settings.ts';
import type { Settings } from '../settings/settings.ts';
import { finishRun, type FinishOptions, type Learned, prepareFiles } from '../runs/finish-run.ts';
import { driveRun, type DriveOptions } from '../runs/drive-run.ts';
import { stoppableSignal } from '../process/interrupt.ts';
import { OpenRun } from '../runs/open-run.ts';
import type { RunContext } from '../runs/run-context.ts';
import { noticeCosts, noticeReports, noticeRequestQuotas } from '../runs/count-services.ts';
import { openHistory } from '../runs/open-history.ts';
import { openCounts, openSourceServices, stepsOfCounts, stepsOfPlan } from '../runs/plan-steps.ts';
import { requireMeant, requireRecordsOf, type SavedPlan } from '../runs/require-plan.ts';
import { completeSource, toRunSettings, type WriteOptions } from './sync-settings.ts';

export type SyncOptions = FinishOptions &
  WriteOptions & {
    /** Where the plan of a dry run is saved. */
    readonly savePlan?: string | undefined;
    /** Milliseconds; `null` returns once all batches are accepted. */
    readonly waitMs: number | null;
  };

/**
 * Queries the records, looks up their counts, and writes what changed; a dry run only plans. Settings, services,
 * fields, and query are validated before anything is written, even a journal.
 */
export async function syncCounts(
  context: RunContext,
  settings: Settings,
  counts: CountsSource,
  options: SyncOptions,
): Promise<RunView> {
  await checkFiles(options);
  const { org, progress, signal } = context;
  const wanted = settings.history && toHistory(settings.history, settings, org.clock.now());
  const counting = stoppableSignal(signal);
  const stoppable = { ...context, signal: counting.signal };
  const services = openSourceServices(stoppable, settings, counts);
  const described = await describeObject(org.session, settings.sobject, signal);
  const checked = { ...checkFields(described, { ...settings, write: true }), ...checkNames(described, settings) };
  const history = wanted && (await openHistory(context, checked.sobject, wanted));
  const limits = history && (await getLimits(org.session, signal));
  const source = completeSource(counts, { ...settings, fields: checked.fields }, described, Date.now());
  const target = { ...checked, history };
  const input = await openCounts(stoppable, target, { source, services, after: null, counted: 0 });
  await using run = await OpenRun.create(context, 'sync', toRunSettings(target, source, options));
  const steps = stepsOfCounts(run, source, input);
  const planning = { steps, records: input.records, stop: counting.stop, limits };
  const view = await finish(context, run, planning, { ...options, planDigest: null });
  noticeReports(services, (text) => progress.warn(text));
  noticeCosts(services, (text) => progress.warn(text));
  if (options.dryRun) noticeRequestQuotas(services, (text) => progress.warn(text));
  return view;
}

/**
 * Applies a saved plan. No service is asked, and records that changed since are skipped. Throws an error before
 * anything is written if the plan is damaged or its digest is not the expected one.
 */
export async function syncPlan(context: RunContext, saved: SavedPlan, options: SyncOptions): Promise<RunView> {
  await checkFiles(options);
  const { org, signal } = context;
  await using plan = await PlanFile.take(saved.path, context.runsDir);
  requireMeant(plan, saved, org.identity);
  const { header } = plan;
  const { labelField = null, authorField = null } = header;
  const described = await describeObject(org.session, header.sobject, signal);
  const checked = checkFields(described, { ...header, write: true });
  requireRecordsOf(described, plan);
  const history = header.history ? await openHistory(context, checked.sobject, header.history) : null;
  const limits = history && (await getLimits(org.session, signal));
  const path = resolve(saved.path);
  const digits = digitsOf(described, checked.fields);
  const source = { kind: 'plan', path, runId: header.runId, digest: plan.digest!, digits, reversed: false } as const;
  const target = { ...checked, labelField, authorField, history };
  await using run = await OpenRun.create(context, 'sync', toRunSettings(target, source, options));
  const planning = { steps: stepsOfPlan(context, run, plan, source), records: plan.size, limits };
  return await finish(context, run, planning, { ...options, planDigest: plan.digest });
}

async function finish(
  context: RunContext,
  run: OpenRun,
  planning: Omit<DriveOptions, 'waitMs'>,
  { planDigest, ...options }: SyncOptions & Pick<Learned, 'planDigest'>,
): Promise<RunView> {
  const { org, signal } = context;
  const learned: Learned = { limits: null, planDigest };
  return finishRun(run, org, { ...options, learned }, async () => {
    const end = await driveRun(context, run, { ...planning, waitMs: options.waitMs });
    if (options.dryRun) {
      learned.limits = await getLimits(org.session, signal);
      if (options.savePlan !== undefined) learned.planDigest = await savePlan(run, options.savePlan);
    }
    return end;
  });
}

/** Throws an error, before the org is asked, if an output file of the run can't be written. */
async function checkFiles({ savePlan: path, ...options }: SyncOptions): Promise<void> {
  await prepareFiles(options);
  if (path === undefined) return;
  await access(dirname(resolve(path)), constants.W_OK).catch((cause: unknown) => {
    throw bylineError('planNotSaved', [path, (cause as Error).message], { cause });
  });
}

/** Returns the digest of the saved plan. */
async function savePlan(run: OpenRun, path: string): Promise<string> {
  try {
    await run.plan.flush();
    await copyFile(run.plan.path, path);
    return await digestOf(run.plan.path);
  } catch (cause) {
    throw bylineError('planNotSaved', [path, (cause as Error).message], { cause });
  }
}
