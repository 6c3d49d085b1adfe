import { NO_NAMES } from './names.ts';
import { countRows, type Range, subtractRanges, toRanges } from './ranges.ts';
import type {
  ConcurrencyMode,
  Fact,
  JournalEntry,
  Operation,
  OrgIdentity,
  OutcomeFact,
  PlanTally,
  RowFailure,
  CommandName,
  RunEnd,
  RunSettings,
} from './run-facts.ts';
import { addSkipped, NONE_SKIPPED, type SkippedRows } from './skipped-rows.ts';

export type JobState = {
  readonly id: string;
  readonly operation: Operation;
  readonly mode: ConcurrencyMode;
  state: 'Open' | 'Closed' | 'Aborted';
};

/**
 * A batch of the run. `sending`: it is unknown whether the org has it. `sent`: the org has it under `id`. `settled`:
 * the outcome of every row is known. `unsent`: it never reached the org, and its rows can be sent again. A batch
 * without a job is a request of its own and never `sent`, because its answer is its outcome.
 */
export type BatchState = {
  readonly number: number;
  readonly job: string | null;
  readonly operation: Operation;
  /** Positions among the plan's changes or history rows. */
  readonly rows: readonly Range[];
  readonly attempt: number;
  phase: 'sending' | 'sent' | 'settled' | 'unsent';
  /** When the org accepted it, in epoch milliseconds. */
  sentAt: number;
  id: string | null;
  state: string | null;
  message: string | null;
  updated: number;
  /** Rows of `updated` that the upsert created. */
  created: number;
  failed: number;
  unprocessed: readonly Range[];
  retryRows: readonly Range[];
};

/** A batch the org is processing. */
export type SentBatch = BatchState & { readonly job: string };

export const isSent = (batch: BatchState): batch is SentBatch => batch.phase === 'sent' && batch.job !== null;

/** The number of failures kept in memory; the result files have all. */
const FAILURES_KEPT = 200;

/** Refused rows: the first ones, and the number of each status code. */
export type Failures = { readonly first: RowFailure[]; readonly counts: Map<string, number> };

/** The state of a run: the sum of its facts. Its size depends on the number of batches, not of records. */
export type RunState = {
  readonly runId: string;
  readonly command: CommandName;
  readonly org: OrgIdentity;
  readonly apiVersion: string;
  readonly settings: RunSettings;
  readonly startedAt: number;
  lastAt: number;
  /** API requests of all processes that worked on the run. */
  apiUsed: number;
  forecast: number;
  /** Set once the plan is complete. */
  tally: PlanTally | null;
  /** Set while a job may have been created whose id is unknown. */
  opening: { readonly operation: Operation; readonly mode: ConcurrencyMode } | null;
  openingAt: number;
  readonly jobs: JobState[];
  readonly batches: BatchState[];
  readonly skipped: Record<Operation, SkippedRows>;
  readonly failures: Readonly<Record<Operation, Failures>>;
  end: { readonly state: RunEnd; readonly reason: string | null } | null;
};

/** The state of a run after its first fact. Throws a TypeError unless that is `run`. */
export function beginRun(entry: JournalEntry): RunState {
  if (entry.fact !== 'run') throw new TypeError(`a journal begins with the fact "run", not "${entry.fact}"`);
  return {
    runId: entry.runId,
    command: entry.command,
    org: entry.org,
    apiVersion: entry.apiVersion,
    settings: { api: 'bulk', history: null, ...NO_NAMES, ...entry.settings },
    startedAt: entry.at,
    lastAt: entry.at,
    apiUsed: entry.api,
    forecast: 0,
    tally: null,
    opening: null,
    openingAt: 0,
    jobs: [],
    batches: [],
    skipped: { update: NONE_SKIPPED, upsert: NONE_SKIPPED },
    failures: { update: { first: [], counts: new Map() }, upsert: { first: [], counts: new Map() } },
    end: null,
  };
}

/** Adds one fact to the state, in place. */
export function applyEntry(state: RunState, entry: JournalEntry): void {
  state.lastAt = entry.at;
  state.apiUsed = entry.api;
  applyFact(state, entry, entry.at);
}

function applyFact(state: RunState, fact: Fact, at: number): void {
  switch (fact.fact) {
    case 'run':
      throw new TypeError('a journal holds the fact "run" once');
    case 'planned':
      state.tally = fact.tally;
      state.forecast = fact.forecast;
      return;
    case 'opening':
      state.opening = { operation: fact.operation ?? 'update', mode: fact.mode };
      state.openingAt = at;
      return;
    case 'job':
      state.opening = null;
      state.jobs.push({ id: fact.job, operation: fact.operation ?? 'update', mode: fact.mode, state: 'Open' });
      return;
    case 'sending':
      if (fact.job !== null) jobOf(state, fact.job);
      // The rows of a batch that is missing would never be sent.
      if (fact.batch !== state.batches.length + 1) throw new TypeError(`batch ${fact.batch} is out of order`);
      state.batches.push(newBatch(fact));
      return;
    case 'sent':
      Object.assign(batchOf(state, fact.batch, 'sending'), { phase: 'sent', id: fact.id, sentAt: at });
      return;
    case 'unsent':
      batchOf(state, fact.batch, 'sending').phase = 'unsent';
      return;
    case 'skipped':
      addSkipped(state.skipped, fact);
      return;
    case 'closed':
      jobOf(state, fact.job).state = 'Closed';
      return;
    case 'aborted':
      jobOf(state, fact.job).state = 'Aborted';
      return;
    case 'outcome':
      recordOutcome(state, fact);
      return;
    case 'resumed':
      state.end = null;
      return;
    case 'ended':
      state.end = { state: fact.state, reason: fact.reason };
      return;
  }
}

function newBatch(fact: Extract<Fact, { fact: 'sending' }>): BatchState {
  return {
    number: fact.batch,
    job: fact.job,
    operation: fact.operation ?? 'update',
    rows: fact.rows,
    attempt: fact.round,
    phase: 'sending',
    sentAt: 0,
    id: null,
    state: null,
    message: null,
    updated: 0,
    created: 0,
    failed: 0,
    unprocessed: [],
    retryRows: [],
  };
}

function recordOutcome(state: RunState, fact: OutcomeFact): void {
  const batch = batchOf(state, fact.batch, 'sending', 'sent');
  const { again, unprocessed, failed } = fact;
  requireRowsOf(batch, fact);
  Object.assign(batch, {
    phase: 'settled',
    state: fact.state,
    message: fact.message,
    failed: failed.length,
    created: fact.created ?? 0,
    unprocessed,
    retryRows: again,
    updated: countRows(batch.rows) - failed.length - countRows(again) - countRows(unprocessed),
  });
  const { first, counts } = state.failures[batch.operation];
  for (const failure of failed) {
    if (first.length < FAILURES_KEPT) first.push(failure);
    counts.set(failure.statusCode, (counts.get(failure.statusCode) ?? 0) + 1);
  }
}

/** Throws a TypeError if an outcome has rows that aren't in its batch, or has a row twice. */
function requireRowsOf({ number, rows }: BatchState, { failed, again, unprocessed }: OutcomeFact): void {
  const refused = toRanges(failed.map(({ row }) => row).toSorted((one, other) => one - other));
  let left = rows;
  for (const some of [refused, again, unprocessed]) {
    const others = subtractRanges(left, some);
    if (countRows(left) - countRows(others) !== countRows(some)) {
      throw new TypeError(`the outcome of batch ${number} is not of its rows`);
    }
    left = others;
  }
}

/** The part of a run's state that belongs to one operation, which has its own positions. */
export type OperationState = Pick<RunState, 'settings' | 'opening' | 'openingAt' | 'jobs' | 'batches'> & {
  readonly skipped: SkippedRows;
};

export function stateOf(state: RunState, operation: Operation): OperationState {
  const { settings, opening, openingAt, jobs, batches, skipped } = state;
  return {
    ...{ settings, openingAt },
    opening: opening?.operation === operation ? opening : null,
    jobs: jobs.filter((job) => job.operation === operation),
    batches: batches.filter((batch) => batch.operation === operation),
    skipped: skipped[operation],
  };
}

/** Returns the batch with this number. Throws a TypeError if there is none, or if it isn't in one of `phases`. */
export function batchOf(state: RunState, number: number, ...phases: readonly BatchState['phase'][]): BatchState {
  const batch = state.batches.find((candidate) => candidate.number === number);
  if (!batch) throw new TypeError(`batch ${number} was never sent`);
  if (phases.length > 0 && !phases.includes(batch.phase))
    throw new TypeError(`batch ${number} is ${batch.phase} already`);
  return batch;
}

/** Returns the job with this id. Throws a TypeError if there is none. */
export function jobOf(state: RunState, id: string): JobState {
  const job = state.jobs.find((candidate) => candidate.id === id);
  if (!job) throw new TypeError(`job ${id} is not one of the run`);
  return job;
}
