import type { Change } from './change.ts';
import type { HistoryRow, HistorySettings } from './history.ts';
import type { OrgIdentity, PlanTally } from './run-facts.ts';

/** What a plan is for. A plan applies only to the org and object it was made for. */
export type PlanHeader = {
  readonly plan: 1;
  readonly runId: string;
  readonly createdAt: string;
  readonly org: OrgIdentity;
  readonly sobject: string;
  readonly urlField: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly stampField: string | null;
  /** The fields with the names of the articles; missing if there are none. */
  readonly labelField?: string | undefined;
  readonly authorField?: string | undefined;
  /** Where the history is kept; missing if none is kept. */
  readonly history?: HistorySettings | undefined;
};

/** A change that is deferred until it is known whether a service's 0 can be trusted. */
export type DeferredChange = Change & {
  /** Fields whose 0 is in doubt. */
  readonly doubtful: readonly string[];
  /** Whether the record has a trusted count, changed or not. */
  readonly counted: boolean;
  /** Its history row, if it may get one. */
  readonly history?: Omit<HistoryRow, 'change'>;
};

/** A step of planning: the results for some records. Sums are those of the whole plan so far. */
export type PlanStep = {
  readonly changes: readonly Change[];
  readonly deferred: readonly DeferredChange[];
  /** Changes of a source plan that are skipped because their records changed since. */
  readonly conflicts: readonly Change[];
  /** History rows: those of the changes in their order, and those of records that don't change. */
  readonly history?: readonly HistoryRow[];
  /** Whether the step resolves the deferred changes of the first step whose deferred changes are unresolved. */
  readonly resolvesDeferred: boolean;
  /** The Id of the last record the step covers; `null` if it covers none. */
  readonly through: string | null;
  readonly tally: PlanTally;
};

/** The progress of planning: the last record covered, the sums, and whether the plan is complete. */
export type PlanProgress = {
  readonly through: string | null;
  readonly tally: PlanTally | null;
  readonly complete: boolean;
};
