import { StandardColors } from '@salesforce/sf-plugins-core';
import { formatNumber } from '../model/format-number.ts';
import type { RunEnd } from '../model/run-facts.ts';
import { isApplied } from '../model/final-state.ts';
import { numberColumn, type Output, putTable, textColumn } from './output.ts';
import { historyLines } from './history-lines.ts';
import { writtenFiles } from './next-steps.ts';
import { compareApis } from './api-comparison.ts';
import { type RunResult, skipReasons } from './result.ts';
import { showFailures, showTopChanges, showServices, showTakes } from './run-tables.ts';
import type { RunView } from './run-view.ts';
import { printable } from '../model/plain-text.ts';

/** Tables are made for a terminal of 80 columns, and use up to 120 where there are more. */
const WIDTH = { least: 80, most: 120 };

/** Writes a run for people: the preview of a dry run, or the outcome. `columns` is the width of the terminal, if there is one. */
export function showRun(view: RunView, output: Output, columns?: number): void {
  showTopChanges(view, titleOf(view.result), output, widthOf(columns));
  showOutcome(view, output, columns);
}

/** The same without the largest changes, for who was shown them before. */
export function showOutcome(view: RunView, output: Output, columns?: number): void {
  const { result } = view;
  const width = widthOf(columns);
  showServices(result, output, width);
  showFailures(view, output, width);
  if (result.dryRun) showTakes(view, output);
  const lines = [...totals(view), ...requests(view), ...compareApis(view), ...planOf(result)];
  for (const line of [...lines, ...writtenFiles(result), ...view.next]) output.log(line);
}

/** Writes what a run will do, before it is asked whether it may. */
export function showPreview(view: RunView, output: Output, columns?: number): void {
  showTopChanges(view, 'What would change', output, widthOf(columns));
  const { skipped, unchanged } = view.result.records;
  const kinds = [
    `${formatNumber(view.toWrite)} ${view.toWrite === 1 ? 'record' : 'records'} would be written`,
    `${formatNumber(skipped)} have moved since and would be left alone`,
    `${formatNumber(unchanged)} hold the values already`,
  ];
  output.log(`${kinds.join('; ')}.`);
  const { history } = view.result;
  if (history) output.log(`History: ${formatNumber(history.rows)} rows are put back.`);
}

function titleOf({ state }: RunResult): string {
  if (state === 'Planned') return 'What would change';
  return isApplied(state) ? 'What changed' : 'What is to change';
}

const widthOf = (columns = WIDTH.least): number => Math.min(Math.max(columns, WIDTH.least), WIDTH.most);

/** Writes a list of runs, a line each. */
export function showRuns(runs: readonly RunResult[], output: Output): void {
  if (runs.length === 0) return output.log('There are no runs on this machine.');
  const data = runs.map(({ runId, command, state, org, records, jobs }) => ({
    runId,
    command,
    state: paint(state),
    org: org.username,
    updated: formatNumber(records.updated),
    job: jobs.at(-1)?.id ?? '–',
  }));
  const columns = [
    textColumn('runId', 'Run'),
    textColumn('command', 'Command'),
    textColumn('state', 'State'),
    textColumn('org', 'Org'),
  ];
  putTable(output, 'Runs', [...columns, numberColumn('updated', 'Updated'), textColumn('job', 'Job')], data);
}

function totals(view: RunView): string[] {
  const { result, toWrite, api } = view;
  const { records, state, dryRun, jobs } = result;
  const { queried, skipped, unchanged, updated, failed, unprocessed } = records;
  const read = `Records: ${formatNumber(queried)} read, ${formatNumber(toWrite)} to write, ${formatNumber(unchanged)} unchanged, ${formatNumber(skipped)} skipped.`;
  const why = skipReasons(result);
  const lines = why === '' ? [read] : [read, `Skipped for their URL: ${why}.`];
  const history = historyLines(view);
  if (dryRun) return [...lines, ...history, 'Dry run: nothing was written to the org.'];
  if (state === 'Planned') return [...lines, ...history, 'Nothing was written to the org.'];
  if (toWrite === 0 && jobs.length === 0 && !result.history?.rows)
    return [...lines, api === 'rest' ? 'Nothing to write.' : 'Nothing to write: no job was created.'];
  const links = jobs.map(({ id, url }) => `Job ${id}: ${url}`);
  return [
    ...links,
    ...lines,
    `Rows: ${formatNumber(updated)} updated, ${formatNumber(failed)} failed, ${formatNumber(unprocessed)} unprocessed.`,
    ...history,
    `State: ${paint(state)}`,
  ];
}

/** The digest by which the plan is known again, where it was saved or comes from a file. */
function planOf({ files: { plan, planDigest } }: RunResult): string[] {
  return planDigest === null ? [] : [`Plan ${printable(plan ?? '')}: ${planDigest}`];
}

/** A state in the colour of its meaning. */
function paint(state: RunEnd): string {
  switch (state) {
    case 'Completed':
      return StandardColors.success(state);
    case 'CompletedWithFailures':
    case 'InProgress':
      return StandardColors.warning(state);
    case 'Failed':
    case 'Aborted':
      return StandardColors.error(state);
    case 'Planned':
      return state;
  }
}

function requests({ result, api, batches, limits }: RunView): string[] {
  const { used, forecast, remaining, max } = result.apiRequests;
  const left =
    remaining === null || max === null ? '' : ` ${formatNumber(remaining)} of ${formatNumber(max)} are left.`;
  if (!result.dryRun) return [`API requests: ${formatNumber(used)} used.${left}`];
  // The table of limits says it already.
  if (limits) return [];
  const inBatches = api === 'rest' ? '' : ` and ${formatNumber(batches)} ${batches === 1 ? 'batch' : 'batches'}`;
  return [`The whole run would take ${formatNumber(forecast)} API requests${inBatches}.${left}`];
}
