import type { Change } from '../model/change.ts';
import { isApplied } from '../model/final-state.ts';
import type { Names } from '../model/names.ts';
import type { ChangeSummary } from './change-summary.ts';
import type { FailureResult } from './result.ts';
import type { RunView } from './run-view.ts';

/** A row the org refused, with the URL and the names of its article. */
export type RefusedRow = FailureResult & Names & { readonly url: string };

/**
 * What a file for people is made of. Its changes are those the run wrote, or before it is applied those it is to write: what
 * the org refused stands apart. Changes and refused rows are read anew each time, as they may not fit in memory.
 */
export type RunFile = {
  readonly view: RunView;
  /** What the changes come to, all of them. */
  readonly summary: ChangeSummary;
  /** How many records the changes are of. */
  readonly records: number;
  /** When the run began and when its journal was last written to, in epoch milliseconds. */
  readonly startedAt: number;
  readonly lastAt: number;
  /** Where its reader is likely to be: the time zone of the machine, by its IANA name. */
  readonly timeZone: string;
  readonly changes: () => AsyncIterable<Change>;
  readonly refused: () => AsyncIterable<RefusedRow>;
};

/** The kinds of files there are, each by the extension of its name. */
export const REPORT_KINDS = ['html', 'md', 'csv', 'json'] as const;

export type ReportKind = (typeof REPORT_KINDS)[number];

/** The kind of a file by its name, in capitals or not; `undefined` where there is none. */
export function reportKind(path: string): ReportKind | undefined {
  const extension = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase();
  return REPORT_KINDS.find((kind) => kind === extension);
}

/** A title for the whole: what was done to which object, and how it ended. */
export function titleOf({ result }: RunView): string {
  return `Byline ${result.command} of ${result.sobject}: ${stateInWords(result)}`;
}

/** What the changes of a run are, by how it stands. */
export function changesTitle({ state }: RunView['result']): string {
  if (state === 'Planned') return 'What would change';
  return isApplied(state) ? 'What changed' : 'What is to change';
}

/** How a run stands, in words. */
export function stateInWords({ state, dryRun }: RunView['result']): string {
  if (dryRun) return 'a preview, nothing was written';
  switch (state) {
    case 'Planned':
      return 'planned, nothing was written';
    case 'InProgress':
      return 'not finished';
    case 'Completed':
      return 'completed';
    case 'CompletedWithFailures':
      return 'completed with failures';
    case 'Failed':
      return 'failed';
    case 'Aborted':
      return 'aborted';
  }
}
