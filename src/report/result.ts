import type { Change } from '../model/change.ts';
import { secrets } from '../model/redactor.ts';
import { formatNumber } from '../model/format-number.ts';
import type { ServiceTally } from '../model/reading.ts';
import type { OrgIdentity, PlannedService, PlanTally, RowFailure, RunEnd } from '../model/run-facts.ts';
import type { Names } from '../model/names.ts';
import { countRows } from '../model/ranges.ts';
import { takenRows, countOutcomes } from '../model/run-rows.ts';
import { type RunState, stateOf } from '../model/run-state.ts';
import { printable } from '../model/plain-text.ts';

/** The JSON result of `sync`, `resume`, `undo`, and `report`. Its shape doesn't depend on flags. */
export type RunResult = {
  runId: string;
  command: string;
  state: RunEnd;
  dryRun: boolean;
  /** When the run started, as an ISO dateTime. */
  startedAt: string;
  /** When the run ended, whatever its state; null if it was interrupted or continues. */
  endedAt: string | null;
  org: OrgIdentity;
  sobject: string;
  records: {
    queried: number;
    eligible: number;
    unchanged: number;
    changed: number;
    updated: number;
    failed: number;
    unprocessed: number;
    skipped: number;
  };
  /** The number of records skipped because of their URL, by reason. */
  skipReasons: Record<string, number>;
  /** History rows; null if no history is kept. */
  history: HistoryResult | null;
  services: Record<string, ServiceResult>;
  jobs: JobResult[];
  apiRequests: { used: number; forecast: number; remaining: number | null; max: number | null };
  changes: ChangeResult[];
  failures: FailureResult[];
  files: {
    /** The settings file the command used; `null` if none, and for commands that continue a run. */
    settings: string | null;
    journal: string | null;
    plan: string | null;
    planDigest: string | null;
    report: string | null;
    success: string | null;
    failed: string | null;
    historySuccess: string | null;
    historyFailed: string | null;
  };
};

export type ServiceResult = ServiceTally & { field: string | null };
export type HistoryResult = { rows: number; created: number; updated: number; failed: number };
export type JobResult = { id: string; state: string; batches: number; url: string };
export type ChangeResult = {
  id: string;
  url: string;
  fields: Record<string, { before: number | string | null; after: number | string | null }>;
};
export type FailureResult = { id: string; statusCode: string; message: string; fields: readonly string[] };

/** A row the org refused, with the URL and the names of its article. */
export type RefusedRow = FailureResult & Names & { readonly url: string };

/** What a result needs besides the facts of the run. */
export type ResultDetails = {
  /** The first changes of the plan, at most 200. */
  readonly changes: readonly Change[];
  readonly files: RunResult['files'];
  /** The sums of the plan so far. */
  readonly tally: PlanTally | null;
  /** The org's API usage as last reported; `null` if unknown. */
  readonly apiUsage: { readonly used: number; readonly max: number } | null;
};

/** The most changes and failures in a result; the result files hold all. */
export const SHOWN = 200;

export function toResult(state: RunState, { changes, files, tally, apiUsage }: ResultDetails): RunResult {
  const { settings, org } = state;
  const update = stateOf(state, 'update');
  const unchanged = countRows(update.skipped.unchanged);
  const conflicts = (tally?.conflicts ?? 0) + countRows(update.skipped.conflicts);
  const changed = (tally?.changed ?? 0) - unchanged;
  const outcomes = countOutcomes(update);
  // What an aborted run has not sent, it won't send.
  const unsent = state.end?.state === 'Aborted' ? changed - conflicts - sumOf(outcomes) : 0;
  const queried = tally?.queried ?? 0;
  const skippedUrls = tally?.skippedUrls ?? 0;
  return {
    runId: state.runId,
    command: state.command,
    state: state.end?.state ?? 'InProgress',
    dryRun: settings.dryRun,
    startedAt: new Date(state.startedAt).toISOString(),
    endedAt: state.end === null ? null : new Date(state.lastAt).toISOString(),
    org: secrets.redactJson(org),
    sobject: settings.sobject,
    records: {
      queried,
      eligible: queried - skippedUrls,
      unchanged: (tally?.unchanged ?? 0) + unchanged,
      changed,
      ...outcomes,
      unprocessed: outcomes.unprocessed + unsent,
      skipped: skippedUrls + conflicts,
    },
    skipReasons: { ...tally?.skipReasons },
    history: toHistory(state, tally),
    services: Object.fromEntries(
      Object.entries(tally?.services ?? {}).map(([name, service]) => [name, toService(settings.fields[name], service)]),
    ),
    jobs: state.jobs.map((job) => toJob(state, job.id, job.state)),
    apiRequests: {
      used: state.apiUsed,
      forecast: state.forecast,
      remaining: apiUsage ? apiUsage.max - apiUsage.used : null,
      max: apiUsage?.max ?? null,
    },
    changes: changes.slice(0, SHOWN).map(toChange),
    failures: state.failures.update.first.slice(0, SHOWN).map(toFailure),
    files,
  };
}

const sumOf = ({ updated, failed, unprocessed }: ReturnType<typeof countOutcomes>): number =>
  updated + failed + unprocessed;

/** A row failed if the org refused it, or if it was left out because its record was refused. */
function toHistory(state: RunState, tally: PlanTally | null): HistoryResult | null {
  if (!state.settings.history) return null;
  const part = stateOf(state, 'upsert');
  const { updated: written, failed } = countOutcomes(part);
  const created = part.batches.reduce((sum, batch) => sum + batch.created, 0);
  const rows = tally?.history?.rows ?? 0;
  const isOver = state.end?.state === 'Completed' || state.end?.state === 'CompletedWithFailures';
  const leftOut = isOver ? rows - countRows(takenRows(part)) : 0;
  return {
    rows: rows - countRows(part.skipped.conflicts),
    created,
    updated: written - created,
    failed: failed + leftOut,
  };
}

function toService(
  field: string | undefined,
  { requests, ok, failed, skipped, state, reason }: PlannedService,
): ServiceResult {
  return { field: field ?? null, requests, ok, failed, skipped, state, reason };
}

function toJob(run: RunState, id: string, state: string): JobResult {
  const batches = run.batches.filter(({ job, phase }) => job === id && phase !== 'unsent').length;
  return { id, state, batches, url: jobUrl(run.org.instanceUrl, id) };
}

/** The page of a Bulk API job in Setup. */
export function jobUrl(instanceUrl: string, job: string): string {
  return `${instanceUrl.replace(/\/+$/, '')}/lightning/setup/AsyncApiJobStatus/page?address=%2F${job}`;
}

export function toChange({ id, url, fields }: Change): ChangeResult {
  const entries = Object.entries(fields).map(([name, [before, after]]) => [name, { before, after }] as const);
  return { id, url, fields: Object.fromEntries(entries) };
}

export const toFailure = ({ id, statusCode, message, fields }: Omit<RowFailure, 'row'>): FailureResult => ({
  id,
  statusCode,
  message,
  fields,
});

/**
 * Why records were skipped because of their URL, the most frequent reason first, each with its number; empty if none
 * was.
 */
export function skipReasons({ skipReasons: reasons }: Pick<RunResult, 'skipReasons'>): string {
  const sorted = Object.entries(reasons).sort(([, one], [, other]) => other - one);
  return sorted.map(([reason, records]) => `${printable(reason)} (${formatNumber(records)})`).join('; ');
}
