import type { RunEnd } from '../model/run-facts.ts';
import type { RunResult } from './result.ts';
import { toneOf } from './run-tables.ts';
import { code, numberColumn, quote, type Table, textColumn } from './table.ts';

/** Columns of a terminal from which on the list has room for updated rows and whole states, and for orgs and jobs. */
const WIDE = 120;
const WIDEST = 160;

/** States in one word of at most seven letters. */
const SHORT: Readonly<Record<RunEnd, string>> = {
  Planned: 'Planned',
  InProgress: 'Open',
  Completed: 'Done',
  CompletedWithFailures: 'Partial',
  Failed: 'Failed',
  Aborted: 'Aborted',
};

/** Runs, a row each, with as many columns as a terminal of this width has room for. */
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

/** Whether the list of runs has less than `--json` shows in a terminal of this width. */
export const isCut = (width: number): boolean => width < WIDEST;

/** A moment in the time of this machine, to the minute: `2026-11-23 08:30`. */
function localMinute(iso: string): string {
  const date = new Date(iso);
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** How long a run took, in at most six characters; null where it goes on or was cut off. */
function tookShortly({ startedAt, endedAt }: RunResult): string | null {
  if (endedAt === null) return null;
  const seconds = Math.round((Date.parse(endedAt) - Date.parse(startedAt)) / 1000);
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
