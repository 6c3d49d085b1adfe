import type { Change } from '../model/change.ts';
import { formatNumber } from '../model/format-number.ts';
import * as parts from './html-parts.ts';
import { SCRIPT } from './html-script.ts';
import { STYLE } from './html-style.ts';
import { html, jsonInHtml } from './html-text.ts';
import { type RefusedRow, type RunFile, stateInWords, titleOf } from './run-file.ts';

/** Records a page can hold and stay usable; what is beyond is in the other kinds of file. */
const MOST_RECORDS = 100_000;

/**
 * A run as one self-contained page, in pieces as its rows are read. It asks nothing of anybody, and its policy forbids it
 * to: only its own style and script may run, told by their hash (`sha256` gives one in base64). Without scripts, all but
 * the tables of single rows is there.
 */
export async function* renderHtml(
  file: RunFile,
  sha256: (text: string) => string,
): AsyncGenerator<string, void, undefined> {
  const { view, digest } = file;
  yield head(file, sha256);
  yield `<main>\n${parts.topChangesSection(digest)}${parts.sizesSection(digest)}`;
  yield `${parts.recordsSection(view)}${parts.servicesSection(view)}${parts.limitsSection(view)}`;
  yield `${parts.jobsSection(view)}${parts.groupsSection(view)}`;
  if (view.result.records.failed > 0) yield* refusedRows(file);
  yield* changedRows(file);
  yield `</main>\n<footer>Run ${html(view.result.runId)}${planOf(view)}</footer>\n<script>${SCRIPT}</script>\n</body>\n</html>\n`;
}

/** The digest by which the plan is known again, where it was saved or comes from a file. */
const planOf = ({ result: { files } }: RunFile['view']): string =>
  files.planDigest === null ? '' : `, plan <code>${html(files.planDigest)}</code>`;

function head({ view, begunAt }: RunFile, sha256: (text: string) => string): string {
  const { command, sobject, org, state } = view.result;
  const policy = [
    `default-src 'none'`,
    `style-src 'sha256-${sha256(STYLE)}'`,
    `script-src 'sha256-${sha256(SCRIPT)}'`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ];
  const title = html(titleOf(view));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy.join('; ')}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>Byline ${html(command)} of ${html(sobject)}</h1>
<p><span class="state ${parts.toneOf(state)}">${html(stateInWords(view.result))}</span></p>
<p class="quiet">Org of ${html(org.username)} at ${html(org.instanceUrl)}, run begun <time datetime="${html(begunAt)}">${html(begunAt)}</time></p>
</header>
`;
}

async function* refusedRows({ view, refused }: RunFile): AsyncGenerator<string, void, undefined> {
  const columns = [url, id, { name: 'Status code', kind: 'text' }, { name: 'Message', kind: 'text' }];
  const list = { name: 'refused', title: 'Refused rows, one by one', caption: 'All refused rows', columns };
  yield rowsSection(list, view.result.org.instanceUrl, limited(view.result.records.failed, 'refused rows'));
  const toRow = (row: RefusedRow): unknown => [row.id, row.url, row.statusCode, row.message];
  yield* rowsData('refused', [], refused(), toRow);
}

async function* changedRows({ view, records, fields, changes }: RunFile): AsyncGenerator<string, void, undefined> {
  if (records === 0) return;
  const number = ['Before', 'After'].map((name) => ({ name, kind: 'number' }));
  const columns = [url, id, { name: 'Field', kind: 'text' }, ...number, { name: 'Change', kind: 'change' }];
  const list = { name: 'changes', title: 'All changes', caption: 'Changed fields of all records', columns };
  yield rowsSection(list, view.result.org.instanceUrl, limited(records, 'records'));
  const toRow = (change: Change): unknown => [
    change.id,
    change.url,
    Object.entries(change.fields).map(([field, [before, after]]) => [fields.indexOf(field), before, after]),
  ];
  yield* rowsData('changes', fields, changes(), toRow);
}

const url = { name: 'URL', kind: 'url' };
const id = { name: 'Id', kind: 'id' };

const limited = (total: number, what: string): string =>
  total > MOST_RECORDS
    ? `<p>The page holds the first ${formatNumber(MOST_RECORDS)} of ${formatNumber(total)} ${what}. A report of kind .csv or .json holds all.</p>`
    : '';

type Rows = {
  readonly name: string;
  readonly title: string;
  readonly caption: string;
  readonly columns: readonly { readonly name: string; readonly kind: string }[];
};

/** The frame of a table the script fills. */
function rowsSection({ name, title, caption, columns }: Rows, instanceUrl: string, note: string): string {
  const headers = columns.map(({ name: column, kind }) => {
    const number = kind === 'number' || kind === 'change' ? ' class="number"' : '';
    return `<th scope="col" data-kind="${kind}"${number}><button type="button">${column}</button></th>`;
  });
  return `<noscript><section><h2>${title}</h2><p>Single rows are shown where scripts may run.</p></section></noscript>
<section aria-labelledby="${name}-title" id="${name}" data-rows="${name}" data-instance="${html(instanceUrl.replace(/\/+$/, ''))}" hidden>
<h2 id="${name}-title">${title}</h2>
${note}
<div class="tools">
<label>Search all rows <input type="search" autocomplete="off" spellcheck="false" aria-controls="${name}-table"></label>
<span role="status"></span>
<button type="button">Previous</button>
<button type="button">Next</button>
</div>
<div class="scroll" role="region" tabindex="0" aria-label="${caption}">
<table id="${name}-table"><caption>${caption}; the buttons in the header sort</caption>
<thead><tr>${headers.join('')}</tr></thead>
<tbody></tbody></table></div>
</section>
`;
}

async function* rowsData<T>(
  name: string,
  fields: readonly string[],
  items: AsyncIterable<T>,
  toRow: (item: T) => unknown,
): AsyncGenerator<string, void, undefined> {
  yield `<script type="application/json" id="${name}-data">{"fields":${jsonInHtml(fields)},"rows":[`;
  let count = 0;
  for await (const item of items) {
    if (count === MOST_RECORDS) break;
    yield `${count === 0 ? '' : ',\n'}${jsonInHtml(toRow(item))}`;
    count += 1;
  }
  yield ']}</script>\n';
}
