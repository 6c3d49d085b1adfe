import { formatNumber } from '../model/format-number.ts';
import { nameOf } from '../model/names.ts';
import type { RunEnd } from '../model/run-facts.ts';
import { type ChangeSummary, SIZE_CLASSES } from './change-summary.ts';
import { anchor, html, htmlTable, section } from './html-text.ts';
import { difference, type TopChange } from './top-changes.ts';
import { historyLines } from './history-lines.ts';
import { compareApis } from './api-comparison.ts';
import { skipReasons } from './result.ts';
import type { RunView } from './run-view.ts';
import { shown, signed } from './text.ts';

/** The width of a bar that is full, in pixels. */
const BAR = 180;

/** How many records were read, are to be written, were written … */
export function recordsSection(view: RunView): string {
  const { result, toWrite } = view;
  const { queried, unchanged, skipped, updated, failed, unprocessed } = result.records;
  const read: [string, number, boolean?][] = [
    ['Read', queried],
    ['To write', toWrite],
    ['Unchanged', unchanged],
    ['Skipped', skipped],
  ];
  const written: typeof read = [
    ['Updated', updated],
    ['Failed', failed, true],
    ['Unprocessed', unprocessed, true],
  ];
  const figures = [...read, ...(result.dryRun ? [] : written)].map(([name, value, bad = false]) => {
    return `<div><dt>${name}</dt><dd${bad && value > 0 ? ' class="bad"' : ''}>${formatNumber(value)}</dd></div>`;
  });
  const why = skipReasons(result);
  const skips = why === '' ? '' : `<p>Skipped for their URL: ${html(why)}.</p>`;
  const history = historyLines(view).map((line) => `<p>${html(line)}</p>`);
  return section('records', 'Records', `<dl class="figures">${figures.join('')}</dl>${skips}${history.join('')}`);
}

/** How each service fared. */
export function servicesSection({ result }: RunView): string {
  const rows = Object.entries(result.services).map(
    ([name, { field, ok, failed, skipped, requests, state, reason }]) => [
      html(name),
      field === null ? '–' : `<code>${html(field)}</code>`,
      ...[ok, failed, skipped, requests].map(formatNumber),
      `<span class="state ${state === 'ok' ? 'good' : state === 'degraded' ? 'warn' : 'bad'}">${state}</span>`,
      html(reason ?? ''),
    ],
  );
  if (rows.length === 0) return '';
  const number = true;
  const columns = [
    ...[{ name: 'Service' }, { name: 'Field' }, { name: 'OK', number }, { name: 'Failed', number }],
    ...[{ name: 'Skipped', number }, { name: 'Requests', number }, { name: 'State' }, { name: 'Reason' }],
  ];
  return section('services', 'Services', htmlTable('How each service fared, in URLs', columns, rows));
}

/** What the run took, or would take, of what the org has left. */
export function limitsSection(view: RunView): string {
  const { result, api, batches, limits } = view;
  const { used, forecast, remaining, max } = result.apiRequests;
  const rows = [toLimit('API requests', result.dryRun ? forecast : used, remaining, max)];
  if (result.dryRun && api === 'bulk') {
    rows.push(toLimit('Batches', batches, limits?.batches?.remaining ?? null, limits?.batches?.max ?? null));
  }
  const takes = result.dryRun ? 'Would take' : 'Used by this run';
  const number = true;
  const title = 'Limits of the org';
  const other = compareApis(view).map((line) => `<p>${html(line)}</p>`);
  if (remaining === null) {
    const cut = rows.map((cells) => cells.slice(0, 2));
    const table = htmlTable('What the run takes', [{ name: 'Limit' }, { name: takes, number }], cut);
    return section('limits', title, table + other.join(''));
  }
  const columns = [{ name: 'Limit' }, { name: takes, number }, { name: 'Left today', number }, { name: 'Of', number }];
  const caption = 'What the run takes of what the org has left. The bar shows what is gone today.';
  return section('limits', title, htmlTable(caption, [...columns, { name: 'Gone' }], rows) + other.join(''));
}

function toLimit(name: string, takes: number, remaining: number | null, max: number | null): string[] {
  const short = remaining !== null && takes > remaining && max !== null;
  const cell = short ? `<span class="bad">${formatNumber(takes)}: more than is left</span>` : formatNumber(takes);
  if (remaining === null || max === null) return [name, cell, '–', '–', ''];
  const gone = max === 0 ? 0 : (max - remaining) / max;
  return [name, cell, formatNumber(remaining), formatNumber(max), bars([{ kind: 'before', part: gone }], 10)];
}

/** How many changes are of each size, for each field. */
export function sizesSection({ fields }: ChangeSummary): string {
  if (fields.size === 0) return '';
  const names = [...fields.keys()];
  const sums = SIZE_CLASSES.map((_, at) => [...fields.values()].reduce((sum, { sizes }) => sum + sizes[at]!, 0));
  const most = Math.max(1, ...sums);
  const rows = SIZE_CLASSES.map(({ label, most: top }, at) => [
    label,
    ...names.map((name) => formatNumber(fields.get(name)!.sizes[at]!)),
    bars([{ kind: top < 0 ? 'down' : 'after', part: sums[at]! / most }], 12),
  ]).filter((_, at) => sums[at]! > 0);
  const totals = [...fields.values()];
  rows.push(['all', ...totals.map(({ changed }) => formatNumber(changed)), '']);
  rows.push(['sum of all changes', ...totals.map(({ total }) => signed(0, total)), '']);
  const columns = [{ name: 'Count went' }, ...names.map((name) => ({ name, number: true })), { name: 'All fields' }];
  return section('sizes', 'Sizes of the changes', htmlTable('Changed counts by size and field', columns, rows));
}

/** The largest changes, with bars of before and after. */
export function topChangesSection({ topChanges: { list, counts } }: ChangeSummary): string {
  if (list.length === 0) return '';
  const most = Math.max(1, ...list.flatMap(({ before, after }) => [Number(before ?? 0), Number(after ?? 0)]));
  const rows = list.map((topChange) => toTopChange(topChange, most));
  const number = true;
  const columns = [
    ...[
      { name: 'Article' },
      { name: 'Author' },
      { name: 'Field' },
      { name: 'Before', number },
      { name: 'After', number },
    ],
    ...[{ name: 'Change', number }, { name: 'Before and after' }],
  ];
  const caption = `The ${list.length} largest of ${formatNumber(counts)} changed counts`;
  const key = (kind: string): string =>
    `<svg width="12" height="12" aria-hidden="true"><rect class="${kind}" width="12" height="12"/></svg>`;
  const legend = `<p class="legend quiet"><span>${key('before')}before</span><span>${key('after')}after, risen</span><span>${key('down')}after, fallen</span></p>`;
  return section('movers', 'Largest changes', legend + htmlTable(caption, columns, rows));
}

function toTopChange(topChange: TopChange, most: number): string[] {
  const { url, author = '', field, before, after } = topChange;
  const kind = (difference(before, after) ?? 0) < 0 ? 'down' : 'after';
  const pair = [
    { kind: 'before', part: Number(before ?? 0) / most },
    { kind, part: Number(after ?? 0) / most },
  ];
  const cells = [shown(before), shown(after), signed(before, after)];
  return [anchor(nameOf(topChange), url), html(author), `<code>${html(field)}</code>`, ...cells, bars(pair, 7)];
}

/** The refused rows by status code, and what to do. */
export function groupsSection({ groups }: RunView): string {
  const rows = groups
    .slice(0, 100)
    .map(({ statusCode, rows: count, example, advice }) => [
      `<code>${html(statusCode)}</code>`,
      formatNumber(count),
      example ? `<code>${html(example.id)}</code>: ${html(example.message)}` : '–',
      html(advice),
    ]);
  if (rows.length === 0) return '';
  const columns = [
    { name: 'Status code' },
    { name: 'Rows', number: true },
    { name: 'Example' },
    { name: 'What to do' },
  ];
  return section('failures', 'Refused rows', htmlTable('Refused rows by status code', columns, rows));
}

/** The jobs of the run, with links to their pages in Setup. */
export function jobsSection({ result, notes }: RunView): string {
  const rows = result.jobs.map(({ id, state, batches, url }) => [anchor(id, url), html(state), formatNumber(batches)]);
  const said = notes.map((note) => `<p>${html(note)}</p>`).join('');
  if (rows.length === 0) return said === '' ? '' : section('jobs', 'Notes', said);
  const columns = [{ name: 'Job' }, { name: 'State' }, { name: 'Batches', number: true }];
  const table = htmlTable('The jobs of the run; each links to its page in Setup', columns, rows);
  return section('jobs', 'Bulk API jobs', table + said);
}

/** The class of a run's state, for its colour; the words say the same. */
export function toneOf(state: RunEnd): string {
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

/** Bars one below the other, each filling its `part` (0 to 1); the figures beside them say the same, so they are hidden from screen readers. */
function bars(parts: readonly { kind: string; part: number }[], height: number): string {
  const rects = parts.map(({ kind, part }, at) => {
    const y = at * (height + 1);
    const width = Math.round(BAR * Math.min(Math.max(part, 0), 1) * 10) / 10;
    return `<rect class="room" y="${y}" width="${BAR}" height="${height}"/><rect class="${kind}" y="${y}" width="${width}" height="${height}"/>`;
  });
  return `<svg width="${BAR}" height="${parts.length * (height + 1)}" aria-hidden="true">${rects.join('')}</svg>`;
}
