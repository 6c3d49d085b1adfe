import { access, constants, copyFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { bylineError } from '../errors.ts';
import { digestOf } from '../journal/copy.ts';
import { PlanFile } from '../journal/plan-file.ts';
import type { NameFields } from '../model/names.ts';
import type { CountsSource, RunEnd, RunSettings, WriteApi } from '../model/run-facts.ts';
import { staleCondition } from '../model/staleness.ts';
import type { RunView } from '../report/run-view.ts';
import { checkFields, checkPublished, describeObject, digitsOf, type ObjectDescribe } from '../salesforce/describe.ts';
import { checkNames } from '../salesforce/describe-names.ts';
import { getLimits } from '../salesforce/limits.ts';
import { toHistory } from '../settings/history-settings.ts';
import { type Settings, toShard } from '../settings/settings.ts';
import { finishRun, type FinishOptions, type Learned } from '../runs/finish-run.ts';
import { driveRun, type DriveOptions, type Planning } from '../runs/drive-run.ts';
import type { ProgressListener } from '../runs/progress-listener.ts';
import type { OpenOrg } from '../process/open-org.ts';
import { stoppableSignal } from '../process/interrupt.ts';
import { OpenRun } from '../runs/open-run.ts';
import { runContextOf } from '../runs/run-context.ts';
import { prepareReport } from '../runs/report-file.ts';
import { prepareOutputDir } from '../runs/result-files.ts';
import { tellCosts, tellReports } from '../runs/count-services.ts';
import { openHistory } from '../runs/open-history.ts';
import { openCounts, openSourceServices, stepsOfCounts, stepsOfPlan } from '../runs/plan-steps.ts';
import { requireMeant, requireRecordsOf, type SavedPlan } from '../runs/require-plan.ts';

export type SyncOptions = FinishOptions & {
  /** Where the plan of a dry run is kept besides. */
  readonly savePlan?: string | undefined;
  readonly dryRun: boolean;
  readonly api?: WriteApi;
  /** Milliseconds; `null` returns once all batches are accepted. */
  readonly waitMs: number | null;
  readonly batchSize: number;
  readonly serial: boolean;
  /** The folder runs are kept in. */
  readonly folder: string;
};

/** What flags and settings say of a plan made of counts. */
export function toSource(
  { where, allowPrivateUrls, assumeScheme, services }: Settings,
  flags: {
    limit?: number | undefined;
    shard?: string | undefined;
    all: boolean;
    'keep-highest': boolean;
    'allow-zeros': boolean;
    concurrency: number;
  },
): CountsSource {
  return {
    kind: 'counts',
    stamp: null,
    where: where ?? null,
    limit: flags.limit ?? null,
    shard: toShard(flags.shard),
    all: flags.all,
    keepHighest: flags['keep-highest'],
    allowZeros: flags['allow-zeros'],
    allowPrivateUrls,
    assumeScheme,
    concurrency: flags.concurrency,
    services,
  };
}

/** Adds what the settings say of fresh counts: records that are not due are not read, and those that are get a stamp. */
function withStaleness(
  source: CountsSource,
  described: ObjectDescribe,
  { stampField, publishedField, staleAfter }: Settings,
  now: number,
): CountsSource {
  if (stampField === null) {
    if (publishedField !== null) throw bylineError('stampMissing', ['publishedField']);
    if (staleAfter !== null) throw bylineError('stampMissing', ['staleAfter']);
    return source;
  }
  const published = publishedField === null ? null : checkPublished(described, publishedField);
  const stale = staleCondition({ stampField, published, staleAfterHours: staleAfter }, now);
  const where = [source.where === null ? null : `(${source.where})`, stale]
    .filter((part) => part !== null)
    .join(' AND ');
  return { ...source, where: where || null, stamp: wholeSecond(now) };
}

/** A dateTime field holds no milliseconds (SOAP API Developer Guide, "Primitive Data Types"): so written, it reads the same. */
const wholeSecond = (now: number): string => new Date(now - (now % 1000)).toISOString();

/**
 * Queries the records, counts, and writes what changed (or, in a dry run, only plans it). Nothing is written, not even a
 * journal, before settings, services, fields and query have proved sound.
 */
export async function syncCounts(
  org: OpenOrg,
  settings: Settings,
  counts: CountsSource,
  options: SyncOptions,
  listener: ProgressListener,
  signal: AbortSignal,
): Promise<RunView> {
  await checkPlaces(options);
  const wanted = settings.history && toHistory(settings.history, settings, org.clock.now());
  const counting = stoppableSignal(signal);
  const services = openSourceServices(settings, counts, options.folder, counting.signal, (text) => listener.warn(text));
  const described = await describeObject(org.session, settings.sobject, signal);
  const target = { ...checkFields(described, { ...settings, write: true }), ...checkNames(described, settings) };
  const history = wanted && (await openHistory(org, target.sobject, wanted, signal));
  const limits = history && (await getLimits(org.session, signal));
  const digits = digitsOf(described, target.fields);
  const source = { ...withStaleness(counts, described, settings, Date.now()), digits };
  const from = { after: null, counted: 0, listener, folder: options.folder };
  const input = await openCounts(org, { ...target, history }, source, from, services, counting.signal);
  const context = runContextOf(org, options.folder, listener);
  await using run = await OpenRun.create(context, {
    command: 'sync',
    org: org.identity,
    apiVersion: org.session.apiVersion,
    settings: { ...toRunSettings({ ...target, history }, options), source },
  });
  const steps = stepsOfCounts(run, source, input);
  const planning = { steps, records: input.records, stop: counting.stop, limits };
  const view = await finish(run, org, planning, { ...options, planDigest: null }, listener, signal);
  tellReports(services, (text) => listener.warn(text));
  tellCosts(services, (text) => listener.warn(text));
  return view;
}

/**
 * Applies a saved plan: no service is asked, and records that moved since are left alone. Throws an error where the plan is
 * damaged or not the one that is meant, before anything is written.
 */
export async function syncPlan(
  org: OpenOrg,
  saved: SavedPlan,
  options: SyncOptions,
  listener: ProgressListener,
  signal: AbortSignal,
): Promise<RunView> {
  await checkPlaces(options);
  await using plan = await PlanFile.take(saved.path, options.folder);
  requireMeant(plan, saved, org.identity);
  const { header } = plan;
  const { labelField = null, authorField = null } = header;
  const described = await describeObject(org.session, header.sobject, signal);
  const target = checkFields(described, { ...header, write: true });
  requireRecordsOf(described, plan);
  const history = header.history ? await openHistory(org, target.sobject, header.history, signal) : null;
  const limits = history && (await getLimits(org.session, signal));
  const path = resolve(saved.path);
  const digits = digitsOf(described, target.fields);
  const source = { kind: 'plan', path, runId: header.runId, digest: plan.digest!, digits, reversed: false } as const;
  await using run = await OpenRun.create(runContextOf(org, options.folder, listener), {
    command: 'sync',
    org: org.identity,
    apiVersion: org.session.apiVersion,
    settings: { ...toRunSettings({ ...target, labelField, authorField, history }, options), source },
  });
  const steps = stepsOfPlan(run, plan, source, org, options.folder, listener, signal);
  return await finish(
    run,
    org,
    { steps, records: plan.size, limits },
    { ...options, planDigest: plan.digest },
    listener,
    signal,
  );
}

async function finish(
  run: OpenRun,
  org: OpenOrg,
  planning: Planning & Pick<DriveOptions, 'limits'>,
  { planDigest, ...options }: SyncOptions & Pick<Learned, 'planDigest'>,
  listener: ProgressListener,
  signal: AbortSignal,
): Promise<RunView> {
  const learned: Learned = { limits: null, planDigest };
  const work = async (): Promise<RunEnd> => {
    const end = await driveRun(run, org, { ...planning, waitMs: options.waitMs, listener, signal });
    if (options.dryRun) {
      learned.limits = await getLimits(org.session, signal);
      if (options.savePlan !== undefined) learned.planDigest = await savePlan(run, options.savePlan);
    }
    return end;
  };
  return finishRun(run, org, options, work, learned);
}

function toRunSettings(
  {
    sobject,
    urlField,
    fields,
    stampField,
    labelField,
    authorField,
    history,
  }: Pick<RunSettings, 'sobject' | 'urlField' | 'fields' | 'stampField' | 'history' | keyof NameFields>,
  { api = 'bulk', serial, batchSize, dryRun }: SyncOptions,
): Omit<RunSettings, 'source'> {
  const mode = serial ? 'Serial' : 'Parallel';
  return { sobject, urlField, fields, stampField, labelField, authorField, history, api, mode, batchSize, dryRun };
}

/** Files that cannot be written are better known before the org is asked. */
async function checkPlaces({ savePlan: path, outputDir, reportFile }: SyncOptions): Promise<void> {
  if (reportFile !== undefined) await prepareReport(reportFile);
  if (outputDir !== undefined) await prepareOutputDir(outputDir);
  if (path === undefined) return;
  await access(dirname(resolve(path)), constants.W_OK).catch((cause: unknown) => {
    throw bylineError('planNotSaved', [path, (cause as Error).message], { cause });
  });
}

/** Returns the digest of what was saved. */
async function savePlan(run: OpenRun, path: string): Promise<string> {
  try {
    await run.plan.flush();
    await copyFile(run.plan.path, path);
    return await digestOf(run.plan.path);
  } catch (cause) {
    throw bylineError('planNotSaved', [path, (cause as Error).message], { cause });
  }
}
