import type { RunEnd } from '../model/run-facts.ts';
import type { RunResult } from './result.ts';
import { toneOf } from './run-tables.ts';
import { code, numberColumn, quote, type Table, textColumn } from './table.ts';

/** The terminal widths from which the list shows updated rows and full states, and orgs and jobs. */
const WIDE = 120;
const WIDEST = 160;

/** The states as single words of at most seven letters. */
const SHORT: Readonly<Record<RunEnd, string>> = {
  Planned: 'Planned',
  InProgress: 'Open',
  Completed: 'Done',
  CompletedWithFailures: 'Partial',
  Failed: 'Failed',
  Aborted: 'Aborted',
};

/** Runs, one row each, with the columns that fit a terminal of this width. */
export function runsTable(runs: readonly RunResult[], width: number): Table<RunResult> {
  const isWide = width >= WIDE;
  return {
    title: 'Runs',
    columns: [
      textColumn('Run', ({ runId }) => code(runId)),
      textColumn('Started', ({ startedAt }) => localMinute(startedAt).slice(isWide ? 0 : '2026-'.length)),
      textColumn('Command', ({ command }) => command),
      textColumn('State', ({ state }) => ({ kind: 'tone', text: isWide ? state : SHORT[state], tone: toneOf(state) })),
      numberColumn('Took', tookShortly),
      ...(isWide ? [numberColumn('Updated', ({ records }: RunResult) => records.updated)] : []),
      numberColumn('Failed', ({ records }) => records.failed),
      ...(width < WIDEST
        ? []
        : [
            textColumn('Org', ({ org }: RunResult) => quote(org.username)),
            textColumn('Job', ({ jobs }: RunResult) => code(jobs.at(-1)?.id ?? '–')),
          ]),
    ],
    rows: runs,
  };
}

/** Whether the list shows less than `--json` at this width. */
export const isCut = (width: number): boolean => width < WIDEST;

/** A time in the machine's time zone, to the minute: `2026-11-23 08:30`. */
function localMinute(iso: string): string {
  const date = new Date(iso);
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** How long a run took, in at most six characters; null if it continues or was interrupted. */
function tookShortly({ startedAt, endedAt }: RunResult): string | null {
  if (endedAt === null) return null;
  const seconds = Math.round((Date.parse(endedAt) - Date.parse(startedAt)) / 1000);
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
