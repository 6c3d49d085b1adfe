import { formatNumber } from '../model/format-number.ts';
import { nameOf } from '../model/names.ts';
import { code, escaped, link, table } from './markdown-text.ts';
import { historyLines } from './history-lines.ts';
import { compareApis } from './api-comparison.ts';
import { skipReasons } from './result.ts';
import type { RefusedRow, RunFile } from './run-file.ts';
import { titleOf } from './run-file.ts';
import type { RunView } from './run-view.ts';
import { shortened, shortUrl, shown, signed } from './text.ts';

/** The most characters GitHub takes in a comment are 65,536. */
const MOST = 65_000;
/** Characters of an address, a name and a message that are shown. */
const WIDTH = { url: 80, name: 60, digest: 80, message: 300 };
const REFUSED = 20;
const GROUPS = 30;

/** A run as Markdown for a pull-request comment or a job summary: at most 65,000 characters, and never half a section. */
export async function renderMarkdown(file: RunFile): Promise<string> {
  const { view, digest } = file;
  const parts = [
    heading(view),
    records(view),
    history(view),
    takes(view),
    services(view),
    groups(view),
    topChanges(view, digest.topChanges.list),
    await refused(file),
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

const lines = (...parts: string[]): string => `${parts.join('\n')}`;

function heading(view: RunView): string {
  const links = view.result.jobs.slice(0, 20).map(({ id, url, state, batches }) => {
    return `- Job ${link(id, url, WIDTH.name)}: ${escaped(state)}, ${formatNumber(batches)} ${batches === 1 ? 'batch' : 'batches'}`;
  });
  const notes = view.notes.map((note) => `- ${escaped(shortened(note, WIDTH.message))}`);
  const org = `Org: ${code(view.result.org.username, WIDTH.name)}`;
  return lines(`### ${escaped(titleOf(view))}`, '', org, '', ...links, ...notes, '');
}

function records({ result, toWrite }: RunView): string {
  const why = skipReasons(result);
  const { queried, unchanged, skipped, updated, failed, unprocessed } = result.records;
  const cells: [string, number][] = [
    ...([
      ['Read', queried],
      ['To write', toWrite],
      ['Unchanged', unchanged],
      ['Skipped', skipped],
    ] as [string, number][]),
    ...(result.dryRun
      ? []
      : ([
          ['Updated', updated],
          ['Failed', failed],
          ['Unprocessed', unprocessed],
        ] as [string, number][])),
  ];
  return lines(
    ...table(
      cells.map(([name]) => `${name}:`),
      [cells.map(([, value]) => formatNumber(value))],
    ),
    ...(why === '' ? [] : [escaped(shortened(`Skipped for their URL: ${why}.`, WIDTH.message)), '']),
  );
}

const history = (view: RunView): string =>
  historyLines(view)
    .flatMap((line) => [escaped(line), ''])
    .join('\n');

function takes(view: RunView): string {
  const { result, api, batches, limits } = view;
  const { used, forecast, remaining, max } = result.apiRequests;
  const of = (left: number | null, most: number | null): string[] =>
    [left, most].map((n) => (n === null ? '–' : formatNumber(n)));
  const requests = result.dryRun ? forecast : used;
  const rows = [['API requests', formatNumber(requests), ...of(remaining, max)]];
  if (result.dryRun && api === 'bulk')
    rows.push([
      'Batches',
      formatNumber(batches),
      ...of(limits?.batches?.remaining ?? null, limits?.batches?.max ?? null),
    ]);
  const columns = ['', result.dryRun ? 'Would take:' : 'Used:', 'Left today:', 'Of:'];
  return lines(...table(columns, rows), ...compareApis(view).flatMap((line) => [escaped(line), '']));
}

function services({ result }: RunView): string {
  const rows = Object.entries(result.services).map(([name, service]) => [
    code(name, WIDTH.name),
    service.field === null ? '–' : code(service.field, WIDTH.name),
    ...[service.ok, service.failed, service.skipped, service.requests].map(formatNumber),
    service.state === 'ok' ? 'ok' : `**${service.state}**`,
    service.reason === null ? '' : code(service.reason, WIDTH.message),
  ]);
  if (rows.length === 0) return '';
  const columns = ['Service', 'Field', 'OK:', 'Failed:', 'Skipped:', 'Requests:', 'State', 'Reason'];
  return lines('#### Services', '', ...table(columns, rows));
}

function groups({ groups: all }: RunView): string {
  if (all.length === 0) return '';
  const rows = all
    .slice(0, GROUPS)
    .map(({ statusCode, rows: count, example, advice }) => [
      code(statusCode, WIDTH.name),
      formatNumber(count),
      example === null ? '–' : `${code(example.id, WIDTH.name)}: ${code(example.message, WIDTH.message)}`,
      escaped(advice),
    ]);
  return lines('#### Refused rows', '', ...table(['Status code', 'Rows:', 'Example', 'What to do'], rows));
}

function topChanges({ changedCounts }: RunView, list: RunFile['digest']['topChanges']['list']): string {
  if (list.length === 0) return '';
  const rows = list.map(({ url, field, before, after, ...names }) => [
    link(shortUrl(nameOf({ url, ...names }), WIDTH.url), url, WIDTH.url),
    code(field, WIDTH.name),
    ...[shown(before), shown(after), signed(before, after)],
  ]);
  const title =
    changedCounts > list.length ? `The ${list.length} largest of ${formatNumber(changedCounts)} changes` : 'Changes';
  return lines(`#### ${title}`, '', ...table(['URL', 'Field', 'Before:', 'After:', 'Change:'], rows));
}

async function refused({ view, refused: all }: RunFile): Promise<string> {
  const total = view.result.records.failed;
  if (total === 0) return '';
  const rows: string[][] = [];
  for await (const row of all()) {
    if (rows.length === REFUSED) break;
    rows.push(toCells(row));
  }
  const title =
    total > rows.length
      ? `The first ${rows.length} of ${formatNumber(total)} refused rows`
      : 'Refused rows, one by one';
  const summary = ['<details>', `<summary>${title}</summary>`, ''];
  return lines(...summary, ...table(['Id', 'URL', 'Status code', 'Message'], rows), '</details>', '');
}

const toCells = ({ id, url, statusCode, message }: RefusedRow): string[] => [
  code(id, WIDTH.name),
  link(shortUrl(url, WIDTH.url), url, WIDTH.url),
  code(statusCode, WIDTH.name),
  code(message, WIDTH.message),
];

function footer({ view, begunAt }: RunFile): string {
  const { runId, files } = view.result;
  const plan = files.planDigest === null ? '' : ` Plan: ${code(files.planDigest, WIDTH.digest)}.`;
  return lines(`Run ${code(runId, WIDTH.name)}, begun ${escaped(begunAt)}.${plan}`, '');
}
