import { StandardColors } from '@salesforce/sf-plugins-core';
import { formatNumber } from '../model/format-number.ts';
import { printable } from '../model/plain-text.ts';
import type { TopChange } from './top-changes.ts';
import { numberColumn, type Output, putTable, textColumn } from './output.ts';
import type { RunResult } from './result.ts';
import type { RunView } from './run-view.ts';
import { shortened, shortUrl, shown, signed, wrapped } from './text.ts';

/** Failures shown with what to do; the rest is counted. */
const GROUPS = 10;
/** The longest names a table of this product shows whole, in characters. */
const NAME_WIDTH = 30;
const CODE_WIDTH = 44;
/** The least a URL is shortened to. */
const URL_WIDTH = 20;

/** Writes the largest changes, and how many more there are. URLs take the room the other columns leave of `width`. */
export function showTopChanges(
  { topChanges, changedCounts }: Pick<RunView, 'topChanges' | 'changedCounts'>,
  title: string,
  output: Output,
  width: number,
): void {
  if (topChanges.length === 0) return;
  const rows = topChanges.map(toRow);
  const taken = (['field', 'before', 'after', 'change'] as const).map((key) =>
    Math.max(key.length, ...rows.map((row) => row[key].length)),
  );
  // Each column has a space on both sides and a border before it; the last border closes the table.
  const left = width - taken.reduce((sum, column) => sum + column + 3, 0) - 4;
  const data = rows.map((row) => ({ ...row, url: shortUrl(row.url, Math.max(URL_WIDTH, left)) }));
  const columns = [
    textColumn('url', 'URL'),
    textColumn('field', 'Field'),
    ...[numberColumn('before', 'Before'), numberColumn('after', 'After'), numberColumn('change', 'Change')],
  ];
  const more = changedCounts - topChanges.length;
  putTable(output, more > 0 ? `${title}: the ${topChanges.length} largest` : title, columns, data);
  if (more <= 0) return;
  output.log(`${formatNumber(more)} more ${more === 1 ? 'count changes' : 'counts change'} by as much or less.`);
  output.log();
}

const toRow = ({
  url,
  field,
  before,
  after,
}: TopChange): Record<'url' | 'field' | 'before' | 'after' | 'change', string> => ({
  url,
  field: shortened(field, NAME_WIDTH),
  before: shown(before),
  after: shown(after),
  change: signed(before, after),
});

/** Writes how each service fared, and below it why one is not well. */
export function showServices({ services }: RunResult, output: Output, width: number): void {
  const data = Object.entries(services).map(([service, { field, ok, failed, skipped, requests, state }]) => ({
    service: shortened(service, NAME_WIDTH),
    field: shortened(field ?? '–', NAME_WIDTH),
    ok: formatNumber(ok),
    failed: failed > 0 ? StandardColors.warning(formatNumber(failed)) : '0',
    skipped: formatNumber(skipped),
    requests: formatNumber(requests),
    state: paintService(state),
  }));
  if (data.length === 0) return;
  const columns = [
    ...[
      textColumn('service', 'Service'),
      textColumn('field', 'Field'),
      numberColumn('ok', 'OK'),
      numberColumn('failed', 'Failed'),
    ],
    ...[numberColumn('skipped', 'Skipped'), numberColumn('requests', 'Requests'), textColumn('state', 'State')],
  ];
  putTable(output, 'Services', columns, data);
  const reasons = Object.entries(services).filter(([, { reason }]) => reason !== null);
  for (const [service, { reason }] of reasons) {
    for (const line of wrapped(`${service}: ${printable(reason!)}`, width)) output.log(line);
  }
  if (reasons.length > 0) output.log();
}

function paintService(state: RunResult['services'][string]['state']): string {
  switch (state) {
    case 'ok':
      return StandardColors.success(state);
    case 'degraded':
      return StandardColors.warning(state);
    case 'stopped':
    case 'looks-dead':
      return StandardColors.error(state);
  }
}

/** Writes the refused rows by status code: how many of all, one of them, what it said, and what to do. */
export function showFailures({ groups }: RunView, output: Output, width: number): void {
  if (groups.length === 0) return;
  const shownGroups = groups.slice(0, GROUPS);
  const data = shownGroups.map(({ statusCode, rows, example }) => ({
    statusCode: shortened(statusCode, CODE_WIDTH),
    rows: formatNumber(rows),
    example: example?.id ?? '–',
  }));
  const columns = [
    textColumn('statusCode', 'Status code'),
    numberColumn('rows', 'Rows'),
    textColumn('example', 'Example'),
  ];
  putTable(output, 'Refused rows', columns, data);
  for (const { statusCode, example, advice } of shownGroups) {
    output.log(StandardColors.error(shortened(statusCode, width)));
    const said = example ? [`The org says: ${shortened(example.message, 240)}`] : [];
    for (const line of [...said, `What to do: ${advice}`].flatMap((one) => wrapped(one, width, '  '))) output.log(line);
  }
  const rest = groups.slice(GROUPS);
  if (rest.length > 0) {
    const rows = rest.reduce((sum, group) => sum + group.rows, 0);
    output.log(`${formatNumber(rest.length)} more status codes stand for ${formatNumber(rows)} rows.`);
  }
  output.log();
}

/** Writes what a plan takes of what the org has left. */
export function showTakes({ result, api, batches, limits }: RunView, output: Output): void {
  if (!limits) return;
  const rows = [
    { what: 'API requests', takes: result.apiRequests.forecast, limit: limits.apiRequests },
    ...(api === 'rest' ? [] : [{ what: 'Batches', takes: batches, limit: limits.batches }]),
  ];
  const data = rows.map(({ what, takes, limit }) => ({
    what,
    takes: limit && takes > limit.remaining ? StandardColors.error(formatNumber(takes)) : formatNumber(takes),
    remaining: limit ? formatNumber(limit.remaining) : '–',
    max: limit ? formatNumber(limit.max) : '–',
  }));
  const columns = [textColumn('what', 'Limit'), numberColumn('takes', 'Takes')];
  putTable(
    output,
    'What it would take of what the org has left',
    [...columns, numberColumn('remaining', 'Left today'), numberColumn('max', 'Of')],
    data,
  );
  const short = rows.flatMap(({ what, takes, limit }) =>
    limit && takes > limit.remaining
      ? [`Not enough: ${formatNumber(takes)} ${what} are wanted, ${formatNumber(limit.remaining)} are left.`]
      : [],
  );
  for (const text of short) output.log(StandardColors.error(text));
  if (short.length > 0) output.log();
}
