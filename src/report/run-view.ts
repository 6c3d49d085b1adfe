import type { Change } from '../model/change.ts';
import type { OrgLimits } from '../model/org-limits.ts';
import type { WriteApi } from '../model/run-facts.ts';
import type { LeftOut } from './left-out.ts';
import type { FailureGroup } from './failure-groups.ts';
import type { RefusedRow, RunResult } from './result.ts';

/** How much people are shown of a run: the outcome and what failed, besides that the largest changes, or all there is. */
export type Detail = 'concise' | 'normal' | 'verbose';

/** The most rows of each kind that are shown of a run in full. */
export const DETAILED = 1000;

/** The rows of a run, the first {@link DETAILED} of each kind. */
export type RunDetails = {
  /** Changed records, the largest change first. */
  readonly changes: readonly Change[];
  /** Rows that are to be written, or were, and are not. */
  readonly notUpdated: readonly RefusedRow[];
  readonly leftOut: Pick<LeftOut, 'rows' | 'total'>;
};

/** A run as it is shown: its result, and what the JSON doesn't have. */
export type RunView = {
  readonly result: RunResult;
  /** The articles whose counts change most, in order. */
  readonly topChanges: readonly Change[];
  /** All fields the run may write. */
  readonly fields: readonly string[];
  /** The number of records to write, or written: those that change, without those that changed since. */
  readonly toWrite: number;
  /** The number of articles with a changed count. */
  readonly changedArticles: number;
  /** All refused rows, by status code. */
  readonly groups: readonly FailureGroup[];
  /** History rows: new ones, those skipped because they changed since, and refused ones by status code. */
  readonly history: {
    readonly created: number;
    readonly conflicts: number;
    readonly groups: readonly FailureGroup[];
  };
  /** Other notes for the user. */
  readonly notes: readonly string[];
  /** The next commands, each in a sentence. */
  readonly next: readonly string[];
  /** Its rows, where they are wanted. */
  readonly details: RunDetails | null;
  /** The API used for the update. */
  readonly api: WriteApi;
  /** API requests of the whole run with either API; `null` if unknown. */
  readonly requestsBy: Readonly<Record<WriteApi, number>> | null;
  /** Batches of the org's allocation that the changes use; none over the REST API. */
  readonly batches: number;
  /** What the org has left today; `null` if it was not asked. */
  readonly limits: OrgLimits | null;
};
