import { stringify } from 'csv-stringify/sync';
import { formatNumber } from '../model/format-number.ts';
import { printable } from '../model/plain-text.ts';
import type { CountResult, CountsResult as WholeResult, UrlCounts } from './counts-result.ts';
import { CSV_FOR_PEOPLE } from './csv.ts';
import type { Output } from './output.ts';
import { type Cell, numberColumn, textColumn } from './table.ts';
import { putTable } from './terminal-table.ts';

/** Characters of a URL that are shown. */
const URL_WIDTH = 40;

type CountsResult = Pick<WholeResult, 'counts' | 'services'>;

/** Writes counts as a table: a line a URL, a column a service, and below it why counts are missing. */
export function showCounts({ counts, services }: CountsResult, output: Output): void {
  const names = Object.keys(services);
  if (counts.length === 0) return output.log('There is no URL to count.');
  const columns = [
    textColumn<UrlCounts>('URL', ({ url }) => url, { width: URL_WIDTH }),
    ...names.map((name) => numberColumn<UrlCounts>(name, ({ services: said }) => cell(said[name]!))),
  ];
  putTable(output, { title: 'Counts', columns, rows: counts });
  for (const [reason, times] of reasons({ counts, services }))
    output.log(`${reason}${times > 1 ? ` (${formatNumber(times)} URLs)` : ''}`);
}

const cell = (said: CountResult): Cell => (said.state === 'ok' ? said.count : said.state);

/** Why counts are missing, each reason once, with how many URLs it concerns. */
function reasons({ counts }: CountsResult): Map<string, number> {
  const times = new Map<string, number>();
  for (const { services } of counts) {
    for (const [name, said] of Object.entries(services)) {
      if (said.state === 'ok') continue;
      const line = `${name} ${said.state}: ${printable(said.reason)}`;
      times.set(line, (times.get(line) ?? 0) + 1);
    }
  }
  return times;
}

/** Counts as CSV (RFC 4180): the URL, the ids of its records, and for each service the count and, where there is none, why. */
export function toCountsCsv({ counts, services }: CountsResult): string {
  const names = Object.keys(services);
  const header = ['url', 'ids', ...names.flatMap((name) => [name, `${name} reason`])];
  const rows = counts.map(({ url, ids, services: said }) => [
    url,
    ids.join(' '),
    ...names.flatMap((name) => toCells(said[name]!)),
  ]);
  return stringify([header, ...rows], CSV_FOR_PEOPLE);
}

function toCells(said: CountResult): [string, string] {
  return said.state === 'ok' ? [String(said.count), ''] : ['', `${said.state}: ${said.reason}`];
}
