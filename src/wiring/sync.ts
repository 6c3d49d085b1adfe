import type { ArticleRecord } from '../model/change.ts';
import type { PlanTally, RunEnd, RunSettings } from '../model/run-facts.ts';
import type { RunState } from '../model/run-state.ts';
import { urlProblem } from '../model/url.ts';
import { applyPlan } from '../pipeline/apply.ts';
import type { BatchFormat, PlanSlice } from '../pipeline/batches.ts';
import { forecastJob } from '../pipeline/forecast.ts';
import { planCounts } from '../pipeline/plan-counts.ts';
import type { RunResult } from '../report/result.ts';
import { BATCH_CLOSE, BATCH_OPEN, writeRecord } from '../salesforce/bulk-xml.ts';
import { BulkClient } from '../salesforce/bulk-client.ts';
import { checkFields, describeObject } from '../salesforce/describe.ts';
import { getLimits, type OrgLimits } from '../salesforce/limits.ts';
import { queryPages } from '../salesforce/query.ts';
import type { Settings } from '../settings/settings.ts';
import { openServices } from './count-services.ts';
import type { OpenOrg } from './org.ts';
import { OpenRun } from './open-run.ts';
import { recordPlan } from './record-plan.ts';
import { concludeRun } from './conclude.ts';

export type SyncOptions = {
  readonly settings: Settings;
  readonly limit: number | undefined;
  readonly dryRun: boolean;
  /** Milliseconds; `null` returns once all batches are accepted. */
  readonly waitMs: number | null;
  readonly all: boolean;
  readonly keepHighest: boolean;
  readonly allowZeros: boolean;
  readonly batchSize: number;
  readonly serial: boolean;
  readonly concurrency: number;
  /** The folder runs are kept in. */
  readonly folder: string;
};

/** Who watches a run: told of each fact, of the plan as it grows, and of what deserves a warning. */
export type Watcher = {
  run(state: RunState): void;
  plan(tally: PlanTally): void;
  warn(text: string): void;
};

const FORMAT: BatchFormat = { open: BATCH_OPEN, close: BATCH_CLOSE, writeRecord };

/**
 * Queries the records, counts, and writes what changed (or, in a dry run, only plans it). Nothing is written, not even a
 * journal, before settings, services, fields and query have proved sound.
 */
export async function sync(
  org: OpenOrg,
  options: SyncOptions,
  watcher: Watcher,
  signal: AbortSignal,
): Promise<{ result: RunResult; limits: OrgLimits | null }> {
  const { session } = org;
  const { settings } = options;
  const services = openServices(Object.keys(settings.fields), settings, {
    concurrency: options.concurrency,
    signal,
    notice: (text) => watcher.warn(text),
  });
  const described = await describeObject(session, settings.sobject, signal);
  const target = checkFields(described, { ...settings, write: true });
  const query = { ...target, fields: Object.values(target.fields), where: settings.where, limit: options.limit };
  const pages = await begin(queryPages(session, query, signal));
  const limits = options.dryRun ? await getLimits(session, signal) : null;
  const runSettings: RunSettings = {
    sobject: target.sobject,
    urlField: target.urlField,
    fields: target.fields,
    mode: options.serial ? 'Serial' : 'Parallel',
    batchSize: options.batchSize,
    dryRun: options.dryRun,
  };
  await using run = await OpenRun.create(
    { folder: options.folder, requests: () => org.counter.used, observe: (state) => watcher.run(state) },
    { command: 'sync', org: org.identity, apiVersion: session.apiVersion, settings: runSettings },
  );
  const steps = planCounts(pages, {
    ...{ fields: target.fields, all: options.all, keepHighest: options.keepHighest, allowZeros: options.allowZeros },
    lookUp: (urls) => services.lookUp.lookUp(urls),
    urlProblem: (url) => urlProblem(url, { allowPrivate: settings.allowPrivateUrls }),
    controller: services.controller,
    tallies: () => services.lookUp.tallies(),
    earlier: null,
    held: () => run.plan.held(),
  });
  const changes = recordPlan(run.plan, steps, (tally) => watcher.plan(tally), (tally) => planned(run, org, tally));
  const work = async (): Promise<RunEnd> => {
    if (options.dryRun) return exhaust(changes);
    const bulk = new BulkClient(session, target.sobject);
    return applyPlan(run, bulk, { changes, format: FORMAT, waitMs: options.waitMs, signal });
  };
  return { result: await concludeRun(run, org, work), limits };
}

/** Writes down that the plan is complete, and what the whole run takes in API requests. */
async function planned(run: OpenRun, org: OpenOrg, tally: PlanTally): Promise<void> {
  const { batchSize, dryRun } = run.state.settings;
  const sent = run.state.batches.length + run.state.jobs.length;
  const job = forecastJob(tally.changed, batchSize).requests;
  // The request for the org's limits is the preview's own.
  const used = org.counter.used - (dryRun ? 1 : 0);
  await run.write({ fact: 'planned', tally, forecast: used + Math.max(0, job - sent) });
}

async function exhaust(changes: AsyncIterable<PlanSlice>): Promise<RunEnd> {
  for await (const slice of changes) void slice;
  return 'Planned';
}

/** Asks for the first page at once, so that a query the org refuses fails here. */
async function begin(
  pages: AsyncGenerator<readonly ArticleRecord[], void, undefined>,
): Promise<AsyncGenerator<readonly ArticleRecord[], void, undefined>> {
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
