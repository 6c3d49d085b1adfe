import { bylineError } from '../errors.ts';
import { readWrittenRows } from '../journal/outcomes.ts';
import { PlanFile } from '../journal/plan-file.ts';
import { ReadingsFile } from '../journal/readings-file.ts';
import { ReportFiles } from '../journal/report-files.ts';
import { journalPath, readRun } from '../journal/runs.ts';
import type { ArticleRecord, Change } from '../model/change.ts';
import type { PlanStep } from '../model/plan.ts';
import type { ServiceTally } from '../model/reading.ts';
import { type Range, skipRows } from '../model/ranges.ts';
import { type CountsSource, type EarlierPlan, fieldsOf, type RunTarget } from '../model/run-facts.ts';
import { chunksOf } from '../model/ascending-runs.ts';
import { shellWord } from '../model/command-words.ts';
import { readUrl } from '../model/url.ts';
import { toRooms } from '../pipeline/fit-changes.ts';
import { revalidatePlan } from '../pipeline/revalidate-plan.ts';
import { planCounts } from '../pipeline/plan-counts.ts';
import { shardRecords } from '../pipeline/shard-records.ts';
import { type ArticleReading, readArticles } from '../salesforce/articles.ts';
import { HistoryRows } from '../salesforce/history-rows.ts';
import { PlanRecords } from '../salesforce/plan-records.ts';
import type { LookUp } from '../services/look-up.ts';
import { type Counting, openServices } from './count-services.ts';
import { earlierHistory } from './earlier-history.ts';
import { type OpenRun, viewWholePlan } from './open-run.ts';
import type { LocalContext, RunContext } from './run-context.ts';

export type Pages = AsyncGenerator<readonly ArticleRecord[], void, undefined>;

/** The records and services a plan is made from. */
export type CountsInput = {
  readonly pages: Pages;
  readonly services: Counting;
  /** The approximate number of records, including those counted before. */
  readonly records: number;
  /** The period's history rows; `null` if no history is kept. */
  readonly history: HistoryRows | null;
};

/** The source of the counts, and the progress of an interrupted process. */
export type CountsStart = {
  readonly source: CountsSource;
  readonly services: Counting;
  /** The Id of the last record whose counts are in the plan. */
  readonly after: string | null;
  /** The number of records counted so far. */
  readonly counted: number;
};

/**
 * Requests the first page of records, so that an invalid query fails before anything is written. The result of a bulk
 * query is spooled to the folder of the runs.
 */
export async function openCounts(
  { org: { session }, runsDir: folder, progress, signal }: RunContext,
  target: RunTarget,
  { source, services, after, counted }: CountsStart,
): Promise<CountsInput> {
  const { shard = null } = source;
  // A limit applies before sharding, so a resumed shard reads from the first record and skips what it has counted.
  const again = shard !== null && source.limit !== null;
  const query = {
    sobject: target.sobject,
    urlField: target.urlField,
    fields: fieldsOf(target),
    names: target,
    where: source.where ?? undefined,
    limit: source.limit === null ? undefined : source.limit - (again ? 0 : counted),
    after: again ? undefined : (after ?? undefined),
  };
  const done = query.limit !== undefined && query.limit <= 0;
  let records = counted;
  const reading: ArticleReading = {
    onTotal: (total: number) => {
      records = (again ? 0 : counted) + Math.round(total / (shard?.count ?? 1));
      // The number of records in a shard isn't known.
      if (!shard) progress.total(records);
    },
    onNotice: (text: string) => progress.notify(text),
    folder,
  };
  const pages = done ? noPages() : readArticles(session, query, reading, signal);
  const begun = await begin(shard ? shardRecords(pages, shard, after) : pages);
  const { history } = target;
  const rows = { records, onNotice: reading.onNotice, folder, signal };
  return { pages: begun, services, records, history: history && new HistoryRows(session, history, rows) };
}

/** Opens the services for the fields of a run. */
export function openSourceServices(
  { runsDir: folder, progress, signal }: LocalContext,
  { fields }: Pick<RunTarget, 'fields'>,
  source: CountsSource,
): Counting {
  const { concurrency } = source;
  const onNotice = (text: string): void => progress.warn(text);
  return openServices(Object.keys(fields), source, { write: true, concurrency, folder, signal, onNotice });
}

/** Plans from counts, continuing from the run's plan and its kept readings. */
export async function* stepsOfCounts(
  run: OpenRun,
  source: CountsSource,
  { pages, services, history: rows }: CountsInput,
): AsyncGenerator<PlanStep, void, undefined> {
  const { lookUp, controller } = services;
  const { fields, stampField, history, dryRun } = run.state.settings;
  await using existing = rows;
  const { stamp, digits = {} } = source;
  lookUp.fit(fields, digits);
  const rules = { allowPrivate: source.allowPrivateUrls, assumeScheme: source.assumeScheme ?? null };
  const reports = new ReportFiles(run.reportsPrefix);
  // A dry run is not resumed.
  using readings = dryRun ? null : await keepReadings(run, lookUp, reports);
  yield* planCounts(pages, {
    ...source,
    fields,
    stamp: stampField !== null && stamp !== null ? { field: stampField, value: stamp } : null,
    lookUp: (urls, at) => lookUp.lookUp(urls, at),
    readUrl: (text) => readUrl(text, rules),
    urlsAtOnce: lookUp.urlsAtOnce,
    controller,
    tallies: (records) => lookUp.tallies(records),
    earlier: run.plan.progress.tally,
    deferred: () => run.plan.deferred(),
    history: history && existing && { settings: history, read: (ids) => existing.read(ids) },
    onCounted: ({ record, problem, readings: said }) =>
      problem === undefined ? run.leftOut.noteReadings(record, said) : run.leftOut.skip(record, problem),
  });
  readings?.remove();
  reports.remove();
}

/** Restores the readings of earlier processes, and keeps new ones. */
async function keepReadings(run: OpenRun, lookUp: LookUp, reports: ReportFiles): Promise<ReadingsFile> {
  const { tally } = run.plan.progress;
  const earlier: Record<string, ServiceTally> = { ...tally?.services };
  const readings = await ReadingsFile.open(run.readingsPath, {
    keep: (reading) => lookUp.recall(reading, reading.at < (tally?.queried ?? 0)),
    sent: (service, requests) => {
      const known = earlier[service] ?? NOTHING_ASKED;
      earlier[service] = { ...known, requests: Math.max(known.requests, requests) };
    },
  });
  lookUp.goOn(earlier, {
    keep: (reading) => readings.keep(reading),
    sent: (service, requests) => readings.sent(service, requests),
    keepReport: (key, header, chunks) => reports.keepReport(key, header, chunks),
    report: (key) => reports.report(key),
  });
  return readings;
}

const NOTHING_ASKED: ServiceTally = { requests: 0, ok: 0, failed: 0, skipped: 0, state: 'ok', reason: null };

/** Opens and checks the plan a run began with. Throws an error naming it if it has changed. */
export async function openEarlierPlan(source: EarlierPlan, folder: string): Promise<PlanFile> {
  const { path, runId, digest, reversed } = source;
  const plan = reversed
    ? await viewWholePlan(folder, (await readRun(folder, runId)).state)
    : await PlanFile.take(path, folder);
  if (plan.header.runId === runId && (digest === undefined || plan.digest === digest)) return plan;
  await plan[Symbol.asyncDispose]();
  throw bylineError('planReplaced', [path, nameOf(runId, digest), nameOf(plan.header.runId, plan.digest)], {
    actionTokens: [shellWord(path)],
  });
}

const nameOf = (runId: string, digest: string | null = null): string =>
  digest === null ? `run ${runId}` : `run ${runId} (${digest})`;

/** Plans from an earlier plan, which stays open until the last step, continuing from the run's plan. */
export async function* stepsOfPlan(
  { org: { session }, runsDir: folder, progress, signal }: RunContext,
  run: OpenRun,
  earlier: PlanFile,
  { runId, reversed, digits = {} }: Pick<EarlierPlan, 'runId' | 'reversed' | 'digits'>,
): AsyncGenerator<PlanStep, void, undefined> {
  const { settings } = run.state;
  const { tally } = run.plan.progress;
  const all: readonly Range[] = reversed ? await readWrittenRows(journalPath(folder, runId)) : [[0, earlier.size]];
  const rows = skipRows(all, tally?.queried ?? 0);
  const what = { sobject: settings.sobject, urlField: settings.urlField, fields: fieldsOf(settings) };
  const onNotice = (text: string): void => progress.notify(text);
  await using records = new PlanRecords(session, what, chunksOf(earlier.idRuns, rows), { onNotice, folder, signal });
  const history = await earlierHistory(run, earlier, reversed ? journalPath(folder, runId) : null, {
    ...{ session, onNotice, folder, signal },
  });
  await using existing =
    history && new HistoryRows(session, history.settings, { records: history.size, onNotice, folder, signal });
  yield* revalidatePlan(changesAt(earlier, rows), {
    ...{ earlier: tally, reversed },
    history: history && existing && { ...history, read: (ids) => existing.read(ids) },
    rooms: { services: toRooms(settings.fields, digits), stampField: settings.stampField },
    readRecords: (ids) => records.read(ids),
    atOnce: () => records.atOnce,
  });
}

async function* changesAt(
  plan: PlanFile,
  ranges: readonly Range[],
): AsyncGenerator<readonly Change[], void, undefined> {
  for await (const chunk of plan.chunks(ranges)) yield chunk.changes;
}

/** Requests the first page at once. */
async function begin(pages: Pages): Promise<Pages> {
  const first = await pages.next();
  return (async function* () {
    try {
      if (first.done) return;
      yield first.value;
      yield* pages;
    } finally {
      await pages.return();
    }
  })();
}

async function* noPages(): Pages {}
