import type { HistorySettings, HistoryTally } from './history.ts';
import type { NameFields } from './names.ts';
import type { Range } from './ranges.ts';
import type { ServiceTally } from './reading.ts';
import type { Shard } from './shard.ts';
import type { AssumedScheme } from './url.ts';

export type OrgIdentity = { readonly username: string; readonly orgId: string; readonly instanceUrl: string };

export type RunCommand = 'sync' | 'undo';

export type ConcurrencyMode = 'Parallel' | 'Serial';

/** What a job does with its rows: records are updated, rows of the history upserted. */
export const OPERATIONS = ['update', 'upsert'] as const;

export type Operation = (typeof OPERATIONS)[number];

/** How changes travel: in the XML batches of a Bulk API job, or in sObject collections of the REST API. */
export type WriteApi = 'bulk' | 'rest';

/** What a run works on, and how: fixed when it begins, so that `resume` goes on in the same way. */
export type RunSettings = NameFields & {
  readonly sobject: string;
  readonly urlField: string;
  /** Which service fills which field. */
  readonly fields: Readonly<Record<string, string>>;
  /** The field that is stamped when all counts of a record are had. */
  readonly stampField: string | null;
  /** Where the history is kept, if it is. */
  readonly history: HistorySettings | null;
  readonly api: WriteApi;
  readonly mode: ConcurrencyMode;
  /** Records per batch. */
  readonly batchSize: number;
  readonly dryRun: boolean;
  readonly source: PlanSource;
};

/** The object and fields a run reads and writes. */
export type RunTarget = Omit<RunSettings, 'api' | 'mode' | 'batchSize' | 'dryRun' | 'source'>;

/** The same in a journal: those of earlier versions know no other API than Bulk, no history and no names, and say nothing of them. */
export type StoredSettings = Omit<RunSettings, LaterKeys> & Partial<Pick<RunSettings, LaterKeys>>;

type LaterKeys = 'api' | 'history' | keyof NameFields;

/** The fields a run reads and may write: those of the services, and the stamp. */
export function fieldsOf({ fields, stampField }: Pick<RunSettings, 'fields' | 'stampField'>): string[] {
  return [...Object.values(fields), ...(stampField === null ? [] : [stampField])];
}

/** Where the changes of a run come from, in full, so that `resume` can go on with the planning. */
export type PlanSource = CountsSource | EarlierPlan | { readonly kind: 'job' };

/** The counts of the services for the records of the org. Secrets are not in it: services name environment variables. */
export type CountsSource = {
  readonly kind: 'counts';
  /** What the stamp field is set to: when the run began, as an ISO dateTime. */
  readonly stamp: string | null;
  readonly where: string | null;
  readonly limit: number | null;
  /** The shard of the records the run is about; all of them if there is none. */
  readonly shard?: Shard | null;
  readonly all: boolean;
  readonly keepHighest: boolean;
  readonly allowZeros: boolean;
  readonly allowPrivateUrls: boolean;
  /** The scheme of URLs that have none. */
  readonly assumeScheme?: AssumedScheme | null;
  /** Digits before the decimal point that the field of a service has room for; what is not here has room for any count. */
  readonly digits?: Readonly<Record<string, number>>;
  readonly concurrency: number;
  /** The settings of the services, as they stand in the settings file. */
  readonly services: Readonly<Record<string, unknown>>;
};

/** A plan made before: a saved one, or that of a run to undo, whose changes are turned round. */
export type EarlierPlan = {
  readonly kind: 'plan';
  readonly path: string;
  /** The run that made the plan. */
  readonly runId: string;
  /** `sha256:…` of the saved plan the run began with, so that no other takes its place. */
  readonly digest?: string;
  /** Digits before the decimal point that the field of a service has room for; what is not here has room for any count. */
  readonly digits?: Readonly<Record<string, number>>;
  readonly reversed: boolean;
};

/** What the plan says so far, in records and, for each service, in URLs. */
export type PlanTally = {
  readonly queried: number;
  /** Skipped for their URL: not http(s), not public. */
  readonly skippedUrls: number;
  /** Of these, how many for which reason; earlier versions have not noted it. */
  readonly skipReasons?: Readonly<Record<string, number>> | undefined;
  readonly unchanged: number;
  /** Eligible, but no service gave a count. */
  readonly uncounted: number;
  readonly changed: number;
  /** Of `changed`: left alone, because the record changed since the plan was made. */
  readonly conflicts: number;
  readonly services: Readonly<Record<string, PlannedService>>;
  /** Rows of the history; missing where none is kept. */
  readonly history?: HistoryTally | undefined;
};

/** The sums of a plan nothing is in yet. */
export const NO_TALLY: PlanTally = {
  ...{ queried: 0, skippedUrls: 0, unchanged: 0, uncounted: 0, changed: 0, conflicts: 0 },
  services: {},
};

/** How a service fared, and what decides whether its zeros can be believed. */
export type PlannedService = ServiceTally & {
  /** It gave a count above 0 in this run. */
  readonly positive: boolean;
  /** It answered 0 for a URL the org holds a count above 0 for. */
  readonly contradicted: boolean;
};

/** A row the org refused, by its position among the changes of the plan, or among its rows of the history. */
export type RowFailure = {
  readonly row: number;
  readonly id: string;
  readonly statusCode: string;
  readonly message: string;
  readonly fields: readonly string[];
};

export type RunEnd = 'Planned' | 'InProgress' | 'Completed' | 'CompletedWithFailures' | 'Failed' | 'Aborted';

/**
 * What happened to a run: one line of its journal each, written where it happens. A fact about the org is written after
 * the org confirmed it; `opening` and `sending` are written before a request whose answer may be lost. Where no operation is
 * named, it is an update.
 */
export type Fact =
  | {
      readonly fact: 'run';
      readonly version: 1;
      readonly runId: string;
      readonly command: RunCommand;
      readonly org: OrgIdentity;
      readonly apiVersion: string;
      readonly settings: StoredSettings;
    }
  | { readonly fact: 'planned'; readonly tally: PlanTally; readonly forecast: number }
  | { readonly fact: 'opening'; readonly mode: ConcurrencyMode; readonly operation?: Operation }
  | { readonly fact: 'job'; readonly job: string; readonly mode: ConcurrencyMode; readonly operation?: Operation }
  | {
      readonly fact: 'sending';
      readonly batch: number;
      /** `null` where the batch is a request of its own, whose answer is its outcome. */
      readonly job: string | null;
      readonly operation?: Operation;
      /** Positions among the rows of the operation. */
      readonly rows: readonly Range[];
      /** 0 for the first try of these rows, 1 for their first repetition, … */
      readonly round: number;
    }
  | { readonly fact: 'sent'; readonly batch: number; readonly id: string }
  /** The org surely does not have the batch. */
  | { readonly fact: 'unsent'; readonly batch: number }
  /** Rows that are not sent: `unchanged` are in the org already; the records of `conflicts` changed since the plan was made. */
  | {
      readonly fact: 'skipped';
      readonly operation?: Operation;
      readonly unchanged: readonly Range[];
      readonly conflicts: readonly Range[];
    }
  | { readonly fact: 'closed'; readonly job: string }
  | { readonly fact: 'aborted'; readonly job: string }
  | {
      readonly fact: 'outcome';
      readonly batch: number;
      readonly state: string;
      readonly message: string | null;
      readonly failed: readonly RowFailure[];
      /** Rows that are sent again in another batch. */
      readonly again: readonly Range[];
      readonly unprocessed: readonly Range[];
      /** Of the rows that were written, those an upsert created. */
      readonly created?: number;
    }
  | { readonly fact: 'resumed' }
  /** The work of one process on the run is over; `reason` where it did not end well. */
  | { readonly fact: 'ended'; readonly state: RunEnd; readonly reason: string | null };

export type OutcomeFact = Extract<Fact, { fact: 'outcome' }>;

/** What became of the rows of a batch that were not written. */
export type BatchOutcome = Pick<OutcomeFact, 'failed' | 'again' | 'unprocessed'>;

/** A fact as the journal holds it: when it was written (epoch milliseconds), and API requests of the run until then. */
export type JournalEntry = Fact & { readonly at: number; readonly api: number };
