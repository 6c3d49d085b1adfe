import type { Change } from '../model/change.ts';
import { formatNumber } from '../model/format-number.ts';
import { compareApis } from './api-comparison.ts';
import { articleColumns, groupedChangesTable, namesAuthors, recordLink, sizesTable } from './change-tables.ts';
import { historyLines } from './history-lines.ts';
import { renderRows } from './html-rows.ts';
import { SCRIPT } from './html-script.ts';
import { STYLE } from './html-style.ts';
import { htmlTable } from './html-table.ts';
import { html, section } from './html-text.ts';
import { skipReasons } from './result.ts';
import { changesTitle, type RunFile, stateInWords, titleOf } from './run-file.ts';
import { failuresTable, figuresOf, jobsTable, limitsTable, refusedTable, servicesTable, toneOf } from './run-tables.ts';
import type { RunView } from './run-view.ts';
import { textColumn } from './table.ts';
import { localTime, tookText } from './times.ts';

/** The most status codes a page shows. */
const GROUPS = 100;

/**
 * Renders a run as one self-contained page, in chunks as its rows are read: first the articles that changed, then the
 * run. The page requests nothing, and its content security policy enforces that: only its own style and script may run,
 * by hash (`sha256` returns one in base64). Without scripts, only the tables of single rows are missing.
 */
export async function* renderHtml(
  file: RunFile,
  sha256: (text: string) => string,
): AsyncGenerator<string, void, undefined> {
  const { view } = file;
  yield head(file, sha256);
  yield `<main>\n${topChanges(file)}${sizes(file)}${records(view)}${failures(view)}${services(view)}${limits(view)}${jobs(view)}`;
  yield* refusedRows(file);
  yield* changedRows(file);
  yield `</main>\n<footer>Run ${html(view.result.runId)}${planOf(view)}</footer>\n<script>${SCRIPT}</script>\n</body>\n</html>\n`;
}

/** The digest that identifies the plan, if it was saved or loaded from a file. */
const planOf = ({ result: { files } }: RunView): string =>
  files.planDigest === null ? '' : `, plan <code>${html(files.planDigest)}</code>`;

function head(file: RunFile, sha256: (text: string) => string): string {
  const { view, startedAt, timeZone } = file;
  const { command, sobject, org, state } = view.result;
  const policy = [
    `default-src 'none'`,
    `style-src 'sha256-${sha256(STYLE)}'`,
    `script-src 'sha256-${sha256(SCRIPT)}'`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ];
  const time = `<time datetime="${new Date(startedAt).toISOString()}">${html(localTime(startedAt, timeZone))}</time>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy.join('; ')}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${html(titleOf(view))}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>Byline ${html(command)} of ${html(sobject)}</h1>
<p><span class="state ${toneOf(state)}">${html(stateInWords(view.result))}</span></p>
<p class="quiet">Org of ${html(org.username)} at ${html(org.instanceUrl)}. Started ${time}, ${tookText(file)}.</p>
</header>
`;
}

const paragraphs = (lines: readonly string[]): string => lines.map((line) => `<p>${html(line)}</p>`).join('');

function topChanges({ view, summary }: RunFile): string {
  const { topChanges: top } = summary;
  if (top.list.length === 0) return '';
  const table = groupedChangesTable(view, summary);
  const shown = `The ${formatNumber(top.list.length)} of ${formatNumber(top.articles)} articles that changed most`;
  const caption = `${shown}${table.groups ? ', and their authors with the sum over all of their articles' : ''}`;
  const key = (look: string, text: string): string =>
    `<span><svg width="12" height="12" aria-hidden="true"><rect class="${look}" width="12" height="12"/></svg>${text}</span>`;
  const legend = `<p class="legend quiet">${key('up', 'counts rose')}${key('down', 'counts fell')}The size is the sum of an article’s changes, up or down.</p>`;
  return section('top-changes', changesTitle(view.result), htmlTable(table, caption) + legend);
}

function sizes({ summary }: RunFile): string {
  if (summary.fields.size === 0) return '';
  return section('sizes', 'Sizes of the changes', htmlTable(sizesTable(summary), 'Changed counts by size and field'));
}

/** The number of records read, to write, written, and so on. */
function records(view: RunView): string {
  const figures = figuresOf(view).map(({ name, value, tone }) => {
    return `<div><dt>${name}</dt><dd${tone ? ` class="${tone}"` : ''}>${formatNumber(value)}</dd></div>`;
  });
  const why = skipReasons(view.result);
  const lines = [...(why === '' ? [] : [`Skipped because of their URL: ${why}.`]), ...historyLines(view)];
  return section('records', 'Records', `<dl class="figures">${figures.join('')}</dl>${paragraphs(lines)}`);
}

function failures({ groups, result }: RunView): string {
  if (groups.length === 0) return '';
  const table = failuresTable(groups.slice(0, GROUPS), result);
  return section('failures', table.title, htmlTable(table, 'Refused rows by status code'));
}

function services({ result }: RunView): string {
  const table = servicesTable(result);
  if (table.rows.length === 0) return '';
  return section('services', table.title, htmlTable(table, 'The results of each service, in URLs'));
}

function limits(view: RunView): string {
  const table = limitsTable(view);
  const content = htmlTable(table, 'The org limits that the run uses') + paragraphs(compareApis(view));
  return section('limits', table.title, content);
}

function jobs({ result, notes }: RunView): string {
  const table = jobsTable(result);
  if (table.rows.length === 0) return section('jobs', 'Notes', paragraphs(notes));
  const caption = 'The jobs of the run; each links to its page in Setup';
  return section('jobs', table.title, htmlTable(table, caption) + paragraphs(notes));
}

async function* refusedRows({ view: { result }, refused }: RunFile): AsyncGenerator<string, void, undefined> {
  const total = result.records.failed;
  if (total === 0) return;
  const table = refusedTable([], result);
  const { instanceUrl } = result.org;
  yield* renderRows({ name: 'refused', table, caption: 'All refused rows', total, rows: refused(), instanceUrl });
}

async function* changedRows({
  view,
  summary,
  records: total,
  changes,
}: RunFile): AsyncGenerator<string, void, undefined> {
  if (total === 0) return;
  const { fields, result } = view;
  const [article, ...others] = articleColumns(fields, namesAuthors(summary.authors));
  const id = textColumn<Change>('Id', (change) => recordLink(change.id, result));
  const table = { title: 'All changes', columns: [article!, id, ...others] };
  const { instanceUrl } = result.org;
  yield* renderRows({ name: 'changes', table, caption: 'Changes of all records', total, rows: changes(), instanceUrl });
}
