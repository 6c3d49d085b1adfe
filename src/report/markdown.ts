import { formatNumber } from '../model/format-number.ts';
import { compareApis } from './api-comparison.ts';
import { topChangesTable } from './change-tables.ts';
import { historyLines } from './history-lines.ts';
import { escaped, inlineCode, tableLines, tableSection, WIDTH } from './markdown-text.ts';
import { type RefusedRow, skipReasons } from './result.ts';
import { changesTitle, type RunFile, titleOf } from './run-file.ts';
import { failuresTable, figuresOf, jobsTable, limitsTable, refusedTable, servicesTable } from './run-tables.ts';
import type { RunView } from './run-view.ts';
import { numberColumn } from './table.ts';
import { shortened } from './text.ts';
import { localTime, tookText } from './times.ts';

/** GitHub limits comments to 65,536 characters. */
const MOST = 65_000;
/** A digest is never cut. */
const DIGEST_WIDTH = 80;
/** The most rows of each kind. */
const MOST_ROWS = { refused: 20, groups: 30, jobs: 20 };

/**
 * Renders a run as Markdown for a pull-request comment or a job summary: at most 65,000 characters, in whole sections.
 */
export async function renderMarkdown(file: RunFile): Promise<string> {
  const { view, summary } = file;
  const { result } = view;
  const parts = [
    heading(view),
    tableSection(topChangesTable({ ...view, topChanges: summary.topChanges.list }, changesTitle(result))),
    records(view),
    paragraphs(historyLines(view)),
    tableSection(failuresTable(view.groups.slice(0, MOST_ROWS.groups), result)),
    await refused(file),
    tableSection(servicesTable(result)),
    tableSection(limitsTable(view)),
    paragraphs(compareApis(view)),
    tableSection(jobsTable({ ...result, jobs: result.jobs.slice(0, MOST_ROWS.jobs) })),
    footer(file),
  ];
  let left = MOST;
  const kept = parts.filter((part) => {
    const fits = part.length + 1 <= left;
    if (fits) left -= part.length + 1;
    return fits && part !== '';
  });
  return kept.join('\n');
}

const paragraphs = (lines: readonly string[]): string => lines.flatMap((line) => [escaped(line), '']).join('\n');

function heading(view: RunView): string {
  const notes = view.notes.map((note) => `- ${escaped(shortened(note, WIDTH.text))}`);
  const org = `Org: ${inlineCode(view.result.org.username, WIDTH.name)}`;
  return [`### ${escaped(titleOf(view))}`, '', org, '', ...notes, ''].join('\n');
}

function records(view: RunView): string {
  const figures = figuresOf(view);
  const columns = figures.map(({ name, value }) => numberColumn(name, () => value));
  const why = skipReasons(view.result);
  const skips = why === '' ? [] : [escaped(shortened(`Skipped because of their URL: ${why}.`, WIDTH.text)), ''];
  return [...tableLines({ title: 'Records', columns, rows: [null] }), ...skips].join('\n');
}

async function refused({ view: { result }, refused: all }: RunFile): Promise<string> {
  const total = result.records.failed;
  if (total === 0) return '';
  const rows: RefusedRow[] = [];
  for await (const row of all()) {
    if (rows.length === MOST_ROWS.refused) break;
    rows.push(row);
  }
  const table = refusedTable(rows, result);
  const title = total > rows.length ? `The first ${rows.length} of ${formatNumber(total)} refused rows` : table.title;
  return ['<details>', `<summary>${title}</summary>`, '', ...tableLines(table), '</details>', ''].join('\n');
}

function footer(file: RunFile): string {
  const { runId, files } = file.view.result;
  const when = `started ${localTime(file.startedAt, file.timeZone)}, ${tookText(file)}`;
  const plan = files.planDigest === null ? '' : ` Plan: ${inlineCode(files.planDigest, DIGEST_WIDTH)}.`;
  return `Run ${inlineCode(runId, WIDTH.name)}, ${escaped(when)}.${plan}\n`;
}
