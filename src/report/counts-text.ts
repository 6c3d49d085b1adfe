import { stringify } from 'csv-stringify/sync';
import { formatNumber } from '../model/format-number.ts';
import { printable } from '../model/plain-text.ts';
import type { CountResult, CountsResult as WholeResult, UrlCounts, UrlLabels } from './counts-result.ts';
import { CSV_FOR_PEOPLE } from './csv.ts';
import type { Output } from './output.ts';
import { type Cell, link, numberColumn, textColumn } from './table.ts';
import { putTable, tableWidth } from './terminal-table.ts';
import { withoutScheme, wrapped } from './text.ts';

/** The most characters of an article's name that are shown. */
const NAME_WIDTH = 24;

type CountsResult = Pick<WholeResult, 'counts' | 'services'>;

/**
 * Writes counts as a table: a line a URL, a column a service, and below it why counts are missing. Articles with a label
 * are named by it beside their URL. `columns` is the width of the terminal, if there is one.
 */
export function showCounts(
  { counts, services }: CountsResult,
  labels: UrlLabels,
  output: Output,
  columns?: number,
): void {
  const names = Object.keys(services);
  if (counts.length === 0) return output.log('There are no URLs to count.');
  const article = textColumn<UrlCounts>('Article', ({ url }) => link(nameAt(url, labels), url), { width: NAME_WIDTH });
  const shown = [
    textColumn<UrlCounts>('URL', ({ url }) => withoutScheme(url), { width: 'flexible' }),
    ...(labels.size > 0 ? [article] : []),
    ...names.map((name) => numberColumn<UrlCounts>(name, ({ services: said }) => cell(said[name]!))),
  ];
  const width = tableWidth(columns);
  putTable(output, { title: 'Counts', columns: shown, rows: counts }, width);
  for (const line of reasons({ counts, services }).flatMap((reason) => wrapped(reason, width))) output.log(line);
}

/** The labels of the records that hold a URL; empty where none has one. */
const nameAt = (url: string, labels: UrlLabels): string => labels.get(url)?.join('; ') ?? '';

const cell = (said: CountResult): Cell => (said.state === 'ok' ? said.count : said.state);

/** Why counts are missing, in lines: each reason once, with the services and the number of URLs it concerns. */
function reasons({ counts }: CountsResult): string[] {
  const byReason = new Map<string, Map<string, number>>();
  for (const { services } of counts) {
    for (const [name, said] of Object.entries(services)) {
      if (said.state === 'ok') continue;
      const reason = `${said.state}: ${printable(said.reason)}`;
      const urls = byReason.get(reason) ?? new Map<string, number>();
      byReason.set(reason, urls.set(name, (urls.get(name) ?? 0) + 1));
    }
  }
  return [...byReason].flatMap(([reason, urls]) =>
    [...Map.groupBy(urls, ([, times]) => times)].map(([times, services]) => {
      const names = services.map(([name]) => name).join(', ');
      return `${names} ${reason}${times > 1 ? ` (${formatNumber(times)} URLs)` : ''}`;
    }),
  );
}

/**
 * Counts as CSV (RFC 4180): the URL, the ids of its records, their labels where some record has one, and for each service
 * the count and, where there is none, why.
 */
export function toCountsCsv({ counts, services }: CountsResult, labels: UrlLabels): string {
  const names = Object.keys(services);
  const isNamed = labels.size > 0;
  const header = ['url', 'ids', ...(isNamed ? ['label'] : []), ...names.flatMap((name) => [name, `${name} reason`])];
  const rows = counts.map(({ url, ids, services: said }) => [
    url,
    ids.join(' '),
    ...(isNamed ? [nameAt(url, labels)] : []),
    ...names.flatMap((name) => toCells(said[name]!)),
  ]);
  return stringify([header, ...rows], CSV_FOR_PEOPLE);
}

function toCells(said: CountResult): [string, string] {
  return said.state === 'ok' ? [String(said.count), ''] : ['', `${said.state}: ${said.reason}`];
}
