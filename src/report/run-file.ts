import type { Change } from '../model/change.ts';
import { isApplied } from '../model/final-state.ts';
import type { ChangeSummary } from './change-summary.ts';
import type { RefusedRow } from './result.ts';
import type { RunView } from './run-view.ts';

/**
 * The content of a report file. Its changes are those the run wrote or, before it is applied, will write; refused rows
 * are separate. Changes and refused rows are read again each time, because they may not fit in memory.
 */
export type RunFile = {
  readonly view: RunView;
  /** The summary of all changes. */
  readonly summary: ChangeSummary;
  /** The number of changed records. */
  readonly records: number;
  /** When the run began, and when its journal was last written, in epoch milliseconds. */
  readonly startedAt: number;
  readonly lastAt: number;
  /** The time zone of the machine, an IANA name, which is likely that of the reader. */
  readonly timeZone: string;
  readonly changes: () => AsyncIterable<Change>;
  readonly refused: () => AsyncIterable<RefusedRow>;
};

/** The report formats, by file extension. */
export const REPORT_KINDS = ['html', 'md', 'csv', 'json'] as const;

export type ReportKind = (typeof REPORT_KINDS)[number];

/** The format that a file's extension selects, regardless of case; `undefined` if none. */
export function reportKind(path: string): ReportKind | undefined {
  const extension = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase();
  return REPORT_KINDS.find((kind) => kind === extension);
}

/** The title: the operation, its object, and the state of the run. */
export function titleOf({ result }: RunView): string {
  return `Byline ${result.command} of ${result.sobject}: ${stateInWords(result)}`;
}

export function changesTitle({ state }: RunView['result']): string {
  if (state === 'Planned') return 'What would change';
  return isApplied(state) ? 'What changed' : 'What will change';
}

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
