import type { Change } from '../model/change.ts';
import type { OrgLimits } from '../model/org-limits.ts';
import type { WriteApi } from '../model/run-facts.ts';
import type { FailureGroup } from './failure-groups.ts';
import type { RunResult } from './result.ts';

/** A run as people are shown it: its result, and what the JSON does not say. */
export type RunView = {
  readonly result: RunResult;
  /** The articles whose counts change most, in order. */
  readonly topChanges: readonly Change[];
  /** All fields the run may write. */
  readonly fields: readonly string[];
  /** How many records are, or were, to be written: those that change, without those that changed since. */
  readonly toWrite: number;
  /** How many articles have a changed count. */
  readonly changedArticles: number;
  /** All refused rows, by status code. */
  readonly groups: readonly FailureGroup[];
  /** Of the rows of the history: new ones, those left alone because they have moved, and refused ones by status code. */
  readonly history: {
    readonly created: number;
    readonly conflicts: number;
    readonly groups: readonly FailureGroup[];
  };
  /** What a user should know besides. */
  readonly notes: readonly string[];
  /** The commands that come next, each in a sentence. */
  readonly next: readonly string[];
  /** The API used for the update. */
  readonly api: WriteApi;
  /** API requests of the whole run, had its changes travelled one way or the other; `null` where that is not known. */
  readonly requestsBy: Readonly<Record<WriteApi, number>> | null;
  /** Batches the changes take of the org's allocation; over the REST API none. */
  readonly batches: number;
  /** What the org has left today; `null` where it was not asked. */
  readonly limits: OrgLimits | null;
};
