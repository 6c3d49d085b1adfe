import { StandardColors } from '@salesforce/sf-plugins-core';
import { formatNumber } from '../model/format-number.ts';
import { printable } from '../model/plain-text.ts';
import { topChangesTable } from './change-tables.ts';
import type { Output } from './output.ts';
import { historyLines } from './history-lines.ts';
import { writtenFiles } from './next-steps.ts';
import { compareApis } from './api-comparison.ts';
import { type RunResult, skipReasons } from './result.ts';
import { changesTitle } from './run-file.ts';
import { failuresTable, limitsTable, servicesTable, toneOf } from './run-tables.ts';
import { showDetails, whereToLook } from './run-details-text.ts';
import { isCut, runsTable } from './runs-table.ts';
import type { Detail, RunView } from './run-view.ts';
import { painted, putTable, tableWidth } from './terminal-table.ts';
import { shortened, wrapped } from './text.ts';

/** The most failures shown with what to do; the others are counted. */
const GROUPS = 10;
/** The most characters of a message that are shown. */
const MESSAGE = 240;

/** How a run is shown. */
export type Look = {
  /** The width of the terminal, if there is one. */
  readonly columns?: number | undefined;
  readonly detail?: Detail;
  /** Jobs whose links were shown before. */
  readonly linked?: ReadonlySet<string>;
};

/** Writes a run: the preview of a dry run, or the outcome. */
export function showRun(view: RunView, output: Output, look: Look = {}): void {
  showChanges(view, changesTitle(view.result), output, look);
  showOutcome(view, output, look);
}

/** Like {@link showRun}, without the changes, which the user has seen. */
export function showOutcome(view: RunView, output: Output, { columns, detail, linked }: Look = {}): void {
  const { result, details } = view;
  const width = tableWidth(columns);
  const isConcise = detail === 'concise';
  showServices(result, output, { width, isConcise });
  showFailures(view, output, { width, isConcise });
  if (details) showDetails(details, view, output, width);
  if (result.dryRun && view.limits && !isConcise) putTable(output, limitsTable(view), width);
  showJobs(view, output, linked);
  const usage = isConcise ? requests({ ...view, limits: null }) : [...requests(view), ...compareApis(view)];
  const lines = [...totals(view), ...usage].flatMap((line) => wrapped(line, width));
  // Paths and commands are copied: they stay whole.
  const copied = [...planOf(result), ...(details ? whereToLook(result) : []), ...writtenFiles(result), ...view.next];
  for (const line of [...lines, ...copied]) output.log(line);
}

/** Writes what an undo will do, before the user is asked to confirm it. */
export function showPreview(view: RunView, output: Output, look: Look = {}): void {
  showChanges(view, 'What would change', output, look);
  const { skipped, unchanged } = view.result.records;
  const kinds = [
    `${formatNumber(view.toWrite)} ${view.toWrite === 1 ? 'record' : 'records'} would be restored`,
    `${formatNumber(skipped)} changed since and would be skipped`,
    `${formatNumber(unchanged)} already hold the values`,
  ];
  for (const line of wrapped(`${kinds.join('; ')}.`, tableWidth(look.columns))) output.log(line);
  const { history } = view.result;
  if (history) output.log(`History: ${formatNumber(history.rows)} rows will be restored.`);
}

/** Writes the articles that changed most, or all of them, and the number of the others. */
function showChanges(view: RunView, title: string, output: Output, { columns, detail }: Look): void {
  const topChanges = view.details?.changes ?? view.topChanges;
  if (topChanges.length === 0 || detail === 'concise') return;
  putTable(output, topChangesTable({ ...view, topChanges }, title), tableWidth(columns));
  const more = view.changedArticles - topChanges.length;
  if (more <= 0) return;
  const where = view.details ? ' A file written with --report shows them all.' : '';
  output.log(
    `${formatNumber(more)} more ${more === 1 ? 'article changes' : 'articles change'} by as much or less.${where}`,
  );
  output.log();
}

type Room = { readonly width: number; readonly isConcise: boolean };

/** Writes the results of each service, and below why counts are missing. */
function showServices(result: RunResult, output: Output, { width, isConcise }: Room): void {
  const table = servicesTable(result);
  if (table.rows.length === 0) return;
  if (!isConcise) putTable(output, table, width);
  const reasons = table.rows.filter(([, { reason }]) => reason !== null);
  for (const [service, { reason }] of reasons) {
    for (const line of wrapped(`${service}: ${printable(reason!)}`, width)) output.log(line);
  }
  if (reasons.length > 0) output.log();
}

/** Writes the refused rows by status code: their number, an example, the org's message, and what to do. */
function showFailures({ groups, result }: RunView, output: Output, { width, isConcise }: Room): void {
  if (groups.length === 0) return;
  const first = groups.slice(0, GROUPS);
  if (!isConcise) putTable(output, failuresTable(first, result), width);
  for (const { statusCode, rows, example, advice } of first) {
    const such = `: ${formatNumber(rows)} ${rows === 1 ? 'row' : 'rows'}${example ? `, such as ${example.id}` : ''}`;
    output.log(StandardColors.error(shortened(`${statusCode}${isConcise ? such : ''}`, width)));
    const said = example ? [`The org says: ${shortened(example.message, MESSAGE)}`] : [];
    for (const line of [...said, `What to do: ${advice}`].flatMap((one) => wrapped(one, width, '  '))) output.log(line);
  }
  const rest = groups.slice(GROUPS);
  if (rest.length > 0) {
    const rows = rest.reduce((sum, group) => sum + group.rows, 0);
    output.log(`${formatNumber(rest.length)} more status codes account for ${formatNumber(rows)} rows.`);
  }
  output.log();
}

/** Writes a list of runs, one per line. */
export function showRuns(runs: readonly RunResult[], output: Output, columns = 80): void {
  if (runs.length === 0) return output.log('There are no runs on this machine.');
  putTable(output, runsTable(runs, columns));
  if (isCut(columns)) output.log('A wider terminal shows more of each run, and --json all of it.');
}

function totals(view: RunView): string[] {
  const { result, toWrite, api } = view;
  const { records, state, dryRun, jobs } = result;
  const { queried, skipped, unchanged, updated, failed, unprocessed } = records;
  const read = `Records: ${formatNumber(queried)} read, ${formatNumber(toWrite)} to write, ${formatNumber(unchanged)} unchanged, ${formatNumber(skipped)} skipped.`;
  const why = skipReasons(result);
  const lines = why === '' ? [read] : [read, `Skipped because of their URL: ${why}.`];
  const history = historyLines(view);
  if (dryRun) return [...lines, ...history, 'Dry run: nothing was written to the org.'];
  if (state === 'Planned') return [...lines, ...history, 'Nothing was written to the org.'];
  if (toWrite === 0 && jobs.length === 0 && !result.history?.rows)
    return [...lines, api === 'rest' ? 'Nothing to write.' : 'Nothing to write: no job was created.'];
  return [
    ...lines,
    `Rows: ${formatNumber(updated)} updated, ${formatNumber(failed)} failed, ${formatNumber(unprocessed)} unprocessed.`,
    ...history,
    `State: ${painted(state, toneOf(state))}`,
  ];
}

/** Writes the jobs of a run, with links to their pages in Setup unless these were shown. */
function showJobs({ result }: RunView, output: Output, linked: Look['linked']): void {
  for (const { id, url } of result.jobs)
    if (linked?.has(id)) output.log(`Job ${id}`);
    else output.link(`Job ${id}`, url);
}

/** The digest that identifies the plan, if it was saved or loaded from a file. */
function planOf({ files: { plan, planDigest } }: RunResult): string[] {
  return planDigest === null ? [] : [`Plan ${printable(plan ?? '')}: ${planDigest}`];
}

function requests({ result, api, batches, limits }: RunView): string[] {
  const { used, forecast, remaining, max } = result.apiRequests;
  const left =
    remaining === null || max === null ? '' : ` ${formatNumber(remaining)} of ${formatNumber(max)} are left.`;
  if (!result.dryRun) return [`API requests: ${formatNumber(used)} used.${left}`];
  // The table of limits shows it.
  if (limits) return [];
  const inBatches = api === 'rest' ? '' : ` and ${formatNumber(batches)} ${batches === 1 ? 'batch' : 'batches'}`;
  return [`The whole run would take ${formatNumber(forecast)} API requests${inBatches}.${left}`];
}
