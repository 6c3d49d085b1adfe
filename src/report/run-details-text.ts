import { formatNumber } from '../model/format-number.ts';
import { nameOf } from '../model/names.ts';
import { printable } from '../model/plain-text.ts';
import type { LeftOutRow } from './left-out.ts';
import type { Output } from './output.ts';
import type { RunResult } from './result.ts';
import { refusedTable } from './run-tables.ts';
import type { RunDetails, RunView } from './run-view.ts';
import { code, link, quote, type Table, textColumn } from './table.ts';
import { putTable } from './terminal-table.ts';

/** Writes the rows of a run one by one, besides its changes. */
export function showDetails(
  { notUpdated, leftOut }: RunDetails,
  { result }: Pick<RunView, 'result'>,
  output: Output,
  width: number,
): void {
  const { failed, unprocessed, skipped } = result.records;
  if (notUpdated.length > 0) {
    putTable(output, { ...refusedTable(notUpdated, result), title: 'Rows not updated, one by one' }, width);
    const more = failed + unprocessed - notUpdated.length;
    if (more > 0) showLine(`${notShown(more)} The file that --output-dir writes has all of them.`, output);
  }
  if (leftOut.rows.length > 0) {
    putTable(output, leftOutTable(leftOut.rows), width);
    const more = leftOut.total - leftOut.rows.length;
    if (more > 0) showLine(`${notShown(more)} "sf byline counts" lists all of them.`, output);
  } else if (skipped > 0) showLine('Skipped records are listed only by the command that reads them.', output);
}

const notShown = (rows: number): string => `${formatNumber(rows)} more ${rows === 1 ? 'is' : 'are'} not shown.`;

/** Writes a line, and below it an empty one. */
function showLine(line: string, output: Output): void {
  output.log(line);
  output.log();
}

/** Records that are skipped, and counts that are unavailable, with the reason. */
const leftOutTable = (rows: readonly LeftOutRow[]): Table<LeftOutRow> => ({
  title: 'Skipped records and unavailable counts',
  columns: [
    textColumn('Article', (row) => link(nameOf(row), row.url), { width: 'flexible' }),
    textColumn('Id', ({ id }) => code(id), { width: 'whole' }),
    textColumn('Service', ({ service }) => service ?? '–'),
    textColumn('Reason', ({ reason }) => quote(reason), { width: 'whole' }),
  ],
  rows,
});

/** What names the run, and where all about it is kept. */
export const whereToLook = ({ runId, files }: RunResult): string[] => [
  `Run: ${runId}`,
  ...(files.journal === null ? [] : [`Journal: ${printable(files.journal)}`]),
];
