import { StandardColors } from '@salesforce/sf-plugins-core';
import { grouped } from '../model/grouped.ts';
import { printable } from '../model/plain-text.ts';
import type { Mover } from './movers.ts';
import { numbers, type Paper, putTable, words } from './paper.ts';
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
export function showMovers(
  { movers, changedCounts }: Pick<RunView, 'movers' | 'changedCounts'>,
  title: string,
  paper: Paper,
  width: number,
): void {
  if (movers.length === 0) return;
  const rows = movers.map(toRow);
  const taken = (['field', 'before', 'after', 'change'] as const).map((key) =>
    Math.max(key.length, ...rows.map((row) => row[key].length)),
  );
  // Each column has a space on both sides and a border before it; the last border closes the table.
  const left = width - taken.reduce((sum, column) => sum + column + 3, 0) - 4;
  const data = rows.map((row) => ({ ...row, url: shortUrl(row.url, Math.max(URL_WIDTH, left)) }));
  const columns = [
    words('url', 'URL'),
    words('field', 'Field'),
    ...[numbers('before', 'Before'), numbers('after', 'After'), numbers('change', 'Change')],
  ];
  const more = changedCounts - movers.length;
  putTable(paper, more > 0 ? `${title}: the ${movers.length} largest` : title, columns, data);
  if (more <= 0) return;
  paper.log(`${grouped(more)} more ${more === 1 ? 'count changes' : 'counts change'} by as much or less.`);
  paper.log();
}

const toRow = ({
  url,
  field,
  before,
  after,
}: Mover): Record<'url' | 'field' | 'before' | 'after' | 'change', string> => ({
  url,
  field: shortened(field, NAME_WIDTH),
  before: shown(before),
  after: shown(after),
  change: signed(before, after),
});

/** Writes how each service fared, and below it why one is not well. */
export function showServices({ services }: RunResult, paper: Paper, width: number): void {
  const data = Object.entries(services).map(([service, { field, ok, failed, skipped, requests, state }]) => ({
    service: shortened(service, NAME_WIDTH),
    field: shortened(field ?? '–', NAME_WIDTH),
    ok: grouped(ok),
    failed: failed > 0 ? StandardColors.warning(grouped(failed)) : '0',
    skipped: grouped(skipped),
    requests: grouped(requests),
    state: paintService(state),
  }));
  if (data.length === 0) return;
  const columns = [
    ...[words('service', 'Service'), words('field', 'Field'), numbers('ok', 'OK'), numbers('failed', 'Failed')],
    ...[numbers('skipped', 'Skipped'), numbers('requests', 'Requests'), words('state', 'State')],
  ];
  putTable(paper, 'Services', columns, data);
  const reasons = Object.entries(services).filter(([, { reason }]) => reason !== null);
  for (const [service, { reason }] of reasons) {
    for (const line of wrapped(`${service}: ${printable(reason!)}`, width)) paper.log(line);
  }
  if (reasons.length > 0) paper.log();
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
export function showFailures({ groups }: RunView, paper: Paper, width: number): void {
  if (groups.length === 0) return;
  const shownGroups = groups.slice(0, GROUPS);
  const data = shownGroups.map(({ statusCode, rows, example }) => ({
    statusCode: shortened(statusCode, CODE_WIDTH),
    rows: grouped(rows),
    example: example?.id ?? '–',
  }));
  const columns = [words('statusCode', 'Status code'), numbers('rows', 'Rows'), words('example', 'Example')];
  putTable(paper, 'Refused rows', columns, data);
  for (const { statusCode, example, advice } of shownGroups) {
    paper.log(StandardColors.error(shortened(statusCode, width)));
    const said = example ? [`The org says: ${shortened(example.message, 240)}`] : [];
    for (const line of [...said, `What to do: ${advice}`].flatMap((one) => wrapped(one, width, '  '))) paper.log(line);
  }
  const rest = groups.slice(GROUPS);
  if (rest.length > 0) {
    const rows = rest.reduce((sum, group) => sum + group.rows, 0);
    paper.log(`${grouped(rest.length)} more status codes stand for ${grouped(rows)} rows.`);
  }
  paper.log();
}

/** Writes what a plan takes of what the org has left. */
export function showTakes({ result, api, batches, limits }: RunView, paper: Paper): void {
  if (!limits) return;
  const rows = [
    { what: 'API requests', takes: result.apiRequests.forecast, limit: limits.apiRequests },
    ...(api === 'rest' ? [] : [{ what: 'Batches', takes: batches, limit: limits.batches }]),
  ];
  const data = rows.map(({ what, takes, limit }) => ({
    what,
    takes: limit && takes > limit.remaining ? StandardColors.error(grouped(takes)) : grouped(takes),
    remaining: limit ? grouped(limit.remaining) : '–',
    max: limit ? grouped(limit.max) : '–',
  }));
  const columns = [words('what', 'Limit'), numbers('takes', 'Takes')];
  putTable(
    paper,
    'What it would take of what the org has left',
    [...columns, numbers('remaining', 'Left today'), numbers('max', 'Of')],
    data,
  );
  const short = rows.flatMap(({ what, takes, limit }) =>
    limit && takes > limit.remaining
      ? [`Not enough: ${grouped(takes)} ${what} are wanted, ${grouped(limit.remaining)} are left.`]
      : [],
  );
  for (const text of short) paper.log(StandardColors.error(text));
  if (short.length > 0) paper.log();
}
