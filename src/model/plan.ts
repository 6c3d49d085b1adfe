import type { Change } from './change.ts';
import type { HistoryRow, HistorySettings } from './history.ts';
import type { OrgIdentity, PlanTally } from './run-facts.ts';

/** What a plan is for. A plan fits only the org and object it was made for. */
export type PlanHeader = {
  readonly plan: 1;
  readonly runId: string;
  readonly createdAt: string;
  readonly org: OrgIdentity;
  readonly sobject: string;
  readonly urlField: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly stampField: string | null;
  /** The fields with the names of the articles; missing where there is none. */
  readonly labelField?: string | undefined;
  readonly authorField?: string | undefined;
  /** Where the history is kept; missing where it is not. */
  readonly history?: HistorySettings | undefined;
};

/** A change that waits until it is known whether a service that answered 0 can be believed. */
export type DeferredChange = Change & {
  /** Fields whose 0 is in doubt. */
  readonly doubtful: readonly string[];
  /** Whether a count beyond doubt was had for the record, changed or not. */
  readonly counted: boolean;
  /** Its row of the history, if it may get one. */
  readonly history?: Omit<HistoryRow, 'change'>;
};

/** A step of planning: what some records came to. Sums are those of the whole plan so far. */
export type PlanStep = {
  readonly changes: readonly Change[];
  readonly held: readonly DeferredChange[];
  /** Of the changes of another plan, those whose records changed since, and are left alone. */
  readonly conflicts: readonly Change[];
  /** Rows of the history: those of changes in the order of these, and such of records that do not change. */
  readonly history?: readonly HistoryRow[];
  /** It decides over the changes of the first step that holds some back and was not decided over before. */
  readonly releases: boolean;
  /** The Id of the last record the step covers; `null` where it covers none. */
  readonly through: string | null;
  readonly tally: PlanTally;
};

/** How far a plan has got: the last record it covers, its sums, and whether that was all. */
export type PlanProgress = {
  readonly through: string | null;
  readonly tally: PlanTally | null;
  readonly complete: boolean;
};
