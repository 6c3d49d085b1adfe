import type { HistorySettings, HistoryTally } from './history.ts';
import type { NameFields } from './names.ts';
import type { Range } from './ranges.ts';
import type { ServiceTally } from './reading.ts';
import type { Shard } from './shard.ts';
import type { AssumedScheme } from './url.ts';

export type OrgIdentity = { readonly username: string; readonly orgId: string; readonly instanceUrl: string };

export type CommandName = 'sync' | 'undo';

export type ConcurrencyMode = 'Parallel' | 'Serial';

/** What is done with rows: records are updated, history rows upserted. */
export const OPERATIONS = ['update', 'upsert'] as const;

export type Operation = (typeof OPERATIONS)[number];

/** The API used for the update: XML batches of a Bulk API job, or sObject Collections of the REST API. */
export type WriteApi = 'bulk' | 'rest';

/** The settings of a run, fixed when it begins, so that `resume` continues in the same way. */
export type RunSettings = NameFields & {
  readonly sobject: string;
  readonly urlField: string;
  /** By service, the field for its counts. */
  readonly fields: Readonly<Record<string, string>>;
  /** The field that is stamped when all counts of a record are available. */
  readonly stampField: string | null;
  /** Where the history is kept; `null` if none is kept. */
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

/**
 * The settings in a journal. Journals of earlier versions, which knew only the Bulk API and neither history nor names,
 * lack some keys.
 */
export type StoredSettings = Omit<RunSettings, LaterKeys> & Partial<Pick<RunSettings, LaterKeys>>;

type LaterKeys = 'api' | 'history' | keyof NameFields;

/** The fields a run reads and may write: those of the services, and the stamp field. */
export function fieldsOf({ fields, stampField }: Pick<RunSettings, 'fields' | 'stampField'>): string[] {
  return [...Object.values(fields), ...(stampField === null ? [] : [stampField])];
}

/** Where the changes of a run come from, in full, so that `resume` can continue planning. */
export type PlanSource = CountsSource | EarlierPlan | { readonly kind: 'job' };

/** The counts of the services for records of the org. It holds no secrets: services name environment variables. */
export type CountsSource = {
  readonly kind: 'counts';
  /** The value for the stamp field: when the run began, as an ISO dateTime. */
  readonly stamp: string | null;
  readonly where: string | null;
  readonly limit: number | null;
  /** The shard of the records the run covers; all records if missing. */
  readonly shard?: Shard | null;
  readonly all: boolean;
  readonly keepHighest: boolean;
  readonly allowZeros: boolean;
  readonly allowPrivateUrls: boolean;
  /** The scheme for URLs without one. */
  readonly assumeScheme?: AssumedScheme | null;
  /** Digits before the decimal point of a service's field; missing if the field holds any count. */
  readonly digits?: Readonly<Record<string, number>>;
  readonly concurrency: number;
  /** The settings of the services, as in the settings file. */
  readonly services: Readonly<Record<string, unknown>>;
};

/** An existing plan: a saved one, or that of a run to undo, whose changes are reversed. */
export type EarlierPlan = {
  readonly kind: 'plan';
  readonly path: string;
  readonly runId: string;
  /** `sha256:…` of the saved plan the run began with, so that it can't be replaced. */
  readonly digest?: string;
  /** Digits before the decimal point of a service's field; missing if the field holds any count. */
  readonly digits?: Readonly<Record<string, number>>;
  readonly reversed: boolean;
};

/** The sums of the plan so far, in records, and for each service in URLs. */
export type PlanTally = {
  readonly queried: number;
  /** Skipped because of their URL: not http(s), or not public. */
  readonly skippedUrls: number;
  /** The number of these by reason; missing in runs of earlier versions. */
  readonly skipReasons?: Readonly<Record<string, number>> | undefined;
  readonly unchanged: number;
  /** Eligible, but no service returned a count. */
  readonly uncounted: number;
  readonly changed: number;
  /** Of `changed`: skipped, because the record changed since the plan was made. */
  readonly conflicts: number;
  readonly services: Readonly<Record<string, PlannedService>>;
  /** History rows; missing if no history is kept. */
  readonly history?: HistoryTally | undefined;
};

/** The sums of an empty plan. */
export const NO_TALLY: PlanTally = {
  ...{ queried: 0, skippedUrls: 0, unchanged: 0, uncounted: 0, changed: 0, conflicts: 0 },
  services: {},
};

/** The results of a service, with what decides whether its zeros can be trusted. */
export type PlannedService = ServiceTally & {
  /** It returned a count above 0 in this run. */
  readonly positive: boolean;
  /** It returned 0 for a URL for which the org holds a count above 0. */
  readonly contradicted: boolean;
};

/** A row the org refused, by its position among the plan's changes or history rows. */
export type RowFailure = {
  readonly row: number;
  readonly id: string;
  readonly statusCode: string;
  readonly message: string;
  readonly fields: readonly string[];
};

export type RunEnd = 'Planned' | 'InProgress' | 'Completed' | 'CompletedWithFailures' | 'Failed' | 'Aborted';

/**
 * What happened in a run: each fact is a line of its journal, written when it happens. A fact about the org is written
 * after the org confirmed it; `opening` and `sending` are written before a request whose answer may be lost. A fact
 * without an operation is about the update.
 */
export type Fact =
  | {
      readonly fact: 'run';
      readonly version: 1;
      readonly runId: string;
      readonly command: CommandName;
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
      /** `null` if the batch is a request of its own, whose answer is its outcome. */
      readonly job: string | null;
      readonly operation?: Operation;
      readonly rows: readonly Range[];
      /** 0 for the first attempt of these rows, 1 for the second, and so on. */
      readonly round: number;
    }
  | { readonly fact: 'sent'; readonly batch: number; readonly id: string }
  /** The batch certainly didn't reach the org. */
  | { readonly fact: 'unsent'; readonly batch: number }
  /**
   * Rows that aren't sent: the records of `unchanged` hold the new values already; those of `conflicts` changed since
   * the plan was made.
   */
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
      /** Rows to retry in another batch. */
      readonly again: readonly Range[];
      readonly unprocessed: readonly Range[];
      /** Rows of the batch that the upsert created. */
      readonly created?: number;
    }
  | { readonly fact: 'resumed' }
  /** One process finished its work on the run; `reason` says why if it failed. */
  | { readonly fact: 'ended'; readonly state: RunEnd; readonly reason: string | null };

export type OutcomeFact = Extract<Fact, { fact: 'outcome' }>;

/** What became of the rows of a batch that were not written. */
export type BatchOutcome = Pick<OutcomeFact, 'failed' | 'again' | 'unprocessed'>;

/** A fact in the journal, with the time (epoch milliseconds) and the API requests of the run until then. */
export type JournalEntry = Fact & { readonly at: number; readonly api: number };
