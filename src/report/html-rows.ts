import { formatNumber } from '../model/format-number.ts';
import { htmlFrame, toHead } from './html-table.ts';
import { html, jsonInHtml } from './html-text.ts';
import { type Cell, columnsIn, type Table } from './table.ts';

/** The most rows that keep a page usable; the other formats hold all rows. */
const MOST_ROWS = 100_000;

/** Rows too many for HTML: the page holds them as data, and its script shows one page of them at a time. */
export type HtmlRows<Row> = {
  readonly name: string;
  readonly table: Pick<Table<Row>, 'title' | 'columns'>;
  readonly caption: string;
  readonly total: number;
  readonly rows: AsyncIterable<Row>;
  /** The URL of the org, which is removed from the addresses of records. */
  readonly instanceUrl: string;
};

/** A section with an empty table, and the data that the script fills it with. */
export async function* renderRows<Row>(rows: HtmlRows<Row>): AsyncGenerator<string, void, undefined> {
  yield toSection(rows);
  const columns = columnsIn(rows.table, 'html');
  const instance = trimmed(rows.instanceUrl);
  yield `<script type="application/json" id="${rows.name}-data">[`;
  let count = 0;
  for await (const row of rows.rows) {
    if (count === MOST_ROWS) break;
    const data = columns.map(({ cell }) => toData(cell(row), instance));
    yield `${count === 0 ? '' : ',\n'}${jsonInHtml(data)}`;
    count += 1;
  }
  yield ']</script>\n';
}

const trimmed = (url: string): string => url.replace(/\/+$/, '');

/** A cell as the script reads it: text, a number, a link, or the two values of a change. */
function toData(cell: Cell, instance: string): unknown {
  if (typeof cell !== 'object' || cell === null) return cell;
  switch (cell.kind) {
    case 'code':
    case 'quote':
    case 'tone':
      return cell.text;
    case 'link':
    case 'id': {
      const { text, url } = cell;
      const address = url.startsWith(`${instance}/`) ? url.slice(instance.length) : url;
      return text === url ? { url: address } : { url: address, text };
    }
    case 'change':
      return [cell.before, cell.after];
    case 'bar':
      return '';
  }
}

function toSection<Row>({ name, table, caption, total, instanceUrl }: HtmlRows<Row>): string {
  const title = html(table.title);
  const note =
    total > MOST_ROWS
      ? `<p>The page holds the first ${formatNumber(MOST_ROWS)} of ${formatNumber(total)} rows. A .csv or .json report holds all.</p>\n`
      : '';
  const frame = htmlFrame({
    caption: `${caption}; the buttons in the header sort`,
    id: `${name}-table`,
    head: toHead(columnsIn(table, 'html'), (column) => `<button type="button">${html(column)}</button>`),
    bodies: '<tbody></tbody>',
  });
  return `<noscript><section><h2>${title}</h2><p>Single rows are shown where scripts may run.</p></section></noscript>
<section aria-labelledby="${name}-title" id="${name}" data-rows="${name}" data-instance="${html(trimmed(instanceUrl))}" hidden>
<h2 id="${name}-title">${title}</h2>
${note}<div class="tools">
<label>Search all rows <input type="search" autocomplete="off" spellcheck="false" aria-controls="${name}-table"></label>
<span role="status"></span>
<button type="button">Previous</button>
<button type="button">Next</button>
</div>
${frame}
</section>
`;
}
