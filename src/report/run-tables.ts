import { formatNumber } from '../model/format-number.ts';
import { nameOf } from '../model/names.ts';
import type { Limit } from '../model/org-limits.ts';
import type { RunEnd } from '../model/run-facts.ts';
import { recordLink } from './change-tables.ts';
import type { FailureGroup } from './failure-groups.ts';
import type { JobResult, RefusedRow, RunResult, ServiceResult } from './result.ts';
import type { RunView } from './run-view.ts';
import {
  type Cell,
  code,
  idLink,
  link,
  numberColumn,
  quote,
  type Table,
  textColumn,
  type Tone,
  type View,
} from './table.ts';

/** Status codes are longer than other names. */
const CODE_WIDTH = 44;
/** In a terminal, long texts are below the table. */
const PAGES: readonly View[] = ['html', 'markdown'];

const TONES = { ok: 'good', degraded: 'warn', stopped: 'bad', 'looks-dead': 'bad' } as const;

/** The results of each service, in URLs. */
export function servicesTable({ services }: RunResult): Table<[name: string, ServiceResult]> {
  return {
    title: 'Services',
    columns: [
      textColumn('Service', ([name]) => code(name)),
      textColumn('Field', ([, { field }]) => field && code(field)),
      numberColumn('OK', ([, { ok }]) => ok),
      numberColumn('Failed', ([, { failed }]) => failed),
      numberColumn('Skipped', ([, { skipped }]) => skipped),
      numberColumn('Requests', ([, { requests }]) => requests),
      textColumn('State', ([, { state }]) => ({ kind: 'tone', text: state, tone: TONES[state] })),
      textColumn('Reason', ([, { reason }]) => quote(reason ?? ''), { views: PAGES }),
    ],
    rows: Object.entries(services),
  };
}

/** The refused rows by status code, one of each, named by its label where it has one, and what to do. */
export function failuresTable(groups: readonly FailureGroup[], result: RunResult): Table<FailureGroup> {
  const article = textColumn<FailureGroup>('Article', ({ example }) => example && link(nameOf(example), example.url), {
    width: 'flexible',
  });
  return {
    title: 'Refused rows',
    columns: [
      textColumn('Status code', ({ statusCode }) => code(statusCode), { width: CODE_WIDTH }),
      numberColumn('Rows', ({ rows }) => rows),
      textColumn('Example', ({ example }) => example && recordLink(example.id, result)),
      ...(groups.some(({ example }) => example?.label !== undefined) ? [article] : []),
      textColumn('The org says', ({ example }) => quote(example?.message ?? ''), { views: PAGES }),
      textColumn('What to do', ({ advice }) => advice, { views: PAGES }),
    ],
    rows: groups,
  };
}

/** Refused rows, one per line. */
export function refusedTable(rows: readonly RefusedRow[], result: RunResult): Table<RefusedRow> {
  return {
    title: 'Refused rows, one by one',
    columns: [
      textColumn('Article', (row) => link(nameOf(row), row.url), { width: 'flexible' }),
      textColumn('Id', ({ id }) => recordLink(id, result), { width: 'whole' }),
      textColumn('Status code', ({ statusCode }) => code(statusCode), { width: 'whole' }),
      textColumn('Message', ({ message }) => quote(message), { width: 'whole' }),
    ],
    rows,
  };
}

/** The jobs of the run, with links to their pages in Setup. */
export function jobsTable({ jobs }: RunResult): Table<JobResult> {
  return {
    title: 'Bulk API jobs',
    columns: [
      textColumn('Job', ({ id, url }) => idLink(id, url)),
      textColumn('State', ({ state }) => state),
      numberColumn('Batches', ({ batches }) => batches),
    ],
    rows: jobs,
  };
}

type LimitRow = { readonly what: string; readonly takes: number; readonly limit: Limit | null };

/** What the run uses, or would use, of the org's limits. */
export function limitsTable({ result, api, batches, limits }: RunView): Table<LimitRow> {
  const { dryRun, apiRequests } = result;
  const { used, forecast, remaining, max } = apiRequests;
  const known = remaining === null || max === null ? null : { remaining, max };
  const rows = [
    { what: 'API requests', takes: dryRun ? forecast : used, limit: limits?.apiRequests ?? known },
    ...(dryRun && api === 'bulk' ? [{ what: 'Batches', takes: batches, limit: limits?.batches ?? null }] : []),
  ];
  const columns = [
    textColumn<LimitRow>('Limit', ({ what }) => what),
    numberColumn<LimitRow>(dryRun ? 'Would take' : 'Used', takesCell),
    numberColumn<LimitRow>('Left today', ({ limit }) => limit && limit.remaining),
    numberColumn<LimitRow>('Of', ({ limit }) => limit && limit.max),
    textColumn<LimitRow>('Used today', ({ limit }) => limit && usedBar(limit), { views: ['html'] }),
  ];
  const isKnown = rows.some(({ limit }) => limit !== null);
  return {
    title: dryRun ? 'Estimated API usage' : 'API usage',
    columns: isKnown ? columns : columns.slice(0, 2),
    rows,
  };
}

function takesCell({ takes, limit }: LimitRow): Cell {
  return limit && takes > limit.remaining
    ? { kind: 'tone', text: `${formatNumber(takes)}: not enough left`, tone: 'bad' }
    : takes;
}

const usedBar = ({ remaining, max }: Limit): Cell => ({
  kind: 'bar',
  look: 'used',
  share: max === 0 ? 0 : (max - remaining) / max,
});

/** The outcomes of the records, in numbers. */
export function figuresOf({ result, toWrite }: RunView): { name: string; value: number; tone?: 'bad' }[] {
  const { queried, unchanged, skipped, updated, failed, unprocessed } = result.records;
  const read = [
    { name: 'Read', value: queried },
    { name: 'To write', value: toWrite },
    { name: 'Unchanged', value: unchanged },
    { name: 'Skipped', value: skipped },
  ];
  if (result.dryRun) return read;
  return [
    ...read,
    { name: 'Updated', value: updated },
    { name: 'Failed', value: failed, ...(failed > 0 ? { tone: 'bad' } : {}) },
    { name: 'Unprocessed', value: unprocessed, ...(unprocessed > 0 ? { tone: 'bad' } : {}) },
  ];
}

/** The tone for the state of a run. */
export function toneOf(state: RunEnd): Tone {
  switch (state) {
    case 'Planned':
    case 'Completed':
      return 'good';
    case 'InProgress':
    case 'CompletedWithFailures':
      return 'warn';
    case 'Failed':
    case 'Aborted':
      return 'bad';
  }
}
