import { StandardColors } from '@salesforce/sf-plugins-core';
import { grouped } from '../model/grouped.ts';
import type { RunEnd } from '../model/run-facts.ts';
import { isApplied } from '../model/verdict.ts';
import { numbers, type Paper, putTable, words } from './paper.ts';
import { historyLines } from './history-lines.ts';
import { writtenFiles } from './next-steps.ts';
import { otherWay } from './other-way.ts';
import { type RunResult, skipReasons } from './result.ts';
import { showFailures, showMovers, showServices, showTakes } from './run-tables.ts';
import type { RunView } from './run-view.ts';
import { printable } from '../model/plain-text.ts';

/** Tables are made for a terminal of 80 columns, and use up to 120 where there are more. */
const WIDTH = { least: 80, most: 120 };

/** Writes a run for people: the preview of a dry run, or the outcome. `columns` is the width of the terminal, if there is one. */
export function showRun(view: RunView, paper: Paper, columns?: number): void {
  showMovers(view, titleOf(view.result), paper, widthOf(columns));
  showOutcome(view, paper, columns);
}

/** The same without the largest changes, for who was shown them before. */
export function showOutcome(view: RunView, paper: Paper, columns?: number): void {
  const { result } = view;
  const width = widthOf(columns);
  showServices(result, paper, width);
  showFailures(view, paper, width);
  if (result.dryRun) showTakes(view, paper);
  const lines = [...totals(view), ...requests(view), ...otherWay(view), ...planOf(result)];
  for (const line of [...lines, ...writtenFiles(result), ...view.next]) paper.log(line);
}

/** Writes what a run will do, before it is asked whether it may. */
export function showPreview(view: RunView, paper: Paper, columns?: number): void {
  showMovers(view, 'What would change', paper, widthOf(columns));
  const { skipped, unchanged } = view.result.records;
  const kinds = [
    `${grouped(view.toWrite)} ${view.toWrite === 1 ? 'record' : 'records'} would be written`,
    `${grouped(skipped)} have moved since and would be left alone`,
    `${grouped(unchanged)} hold the values already`,
  ];
  paper.log(`${kinds.join('; ')}.`);
  const { history } = view.result;
  if (history) paper.log(`History: ${grouped(history.rows)} rows are put back.`);
}

function titleOf({ state }: RunResult): string {
  if (state === 'Planned') return 'What would change';
  return isApplied(state) ? 'What changed' : 'What is to change';
}

const widthOf = (columns = WIDTH.least): number => Math.min(Math.max(columns, WIDTH.least), WIDTH.most);

/** Writes a list of runs, a line each. */
export function showRuns(runs: readonly RunResult[], paper: Paper): void {
  if (runs.length === 0) return paper.log('There are no runs on this machine.');
  const data = runs.map(({ runId, command, state, org, records, jobs }) => ({
    runId,
    command,
    state: paint(state),
    org: org.username,
    updated: grouped(records.updated),
    job: jobs.at(-1)?.id ?? '–',
  }));
  const columns = [words('runId', 'Run'), words('command', 'Command'), words('state', 'State'), words('org', 'Org')];
  putTable(paper, 'Runs', [...columns, numbers('updated', 'Updated'), words('job', 'Job')], data);
}

function totals(view: RunView): string[] {
  const { result, toWrite, api } = view;
  const { records, state, dryRun, jobs } = result;
  const { queried, skipped, unchanged, updated, failed, unprocessed } = records;
  const read = `Records: ${grouped(queried)} read, ${grouped(toWrite)} to write, ${grouped(unchanged)} unchanged, ${grouped(skipped)} skipped.`;
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
    `Rows: ${grouped(updated)} updated, ${grouped(failed)} failed, ${grouped(unprocessed)} unprocessed.`,
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
  const left = remaining === null || max === null ? '' : ` ${grouped(remaining)} of ${grouped(max)} are left.`;
  if (!result.dryRun) return [`API requests: ${grouped(used)} used.${left}`];
  // The table of limits says it already.
  if (limits) return [];
  const inBatches = api === 'rest' ? '' : ` and ${grouped(batches)} ${batches === 1 ? 'batch' : 'batches'}`;
  return [`The whole run would take ${grouped(forecast)} API requests${inBatches}.${left}`];
}
