import { formatNumber } from '../model/format-number.ts';
import { anchor, html } from './html-text.ts';
import { type Cell, type ChangeCell, type Column, columnsIn, type Table } from './table.ts';
import { shown, signed } from './text.ts';

/** The size of a full bar, in pixels. */
const BAR = { width: 120, height: 10 };

/** A table with a caption and headers. The first cell of a row is the row's header. */
export function htmlTable<Row>(table: Table<Row>, caption: string): string {
  const columns = columnsIn(table, 'html');
  const lines = (rows: readonly Row[]): string[] =>
    rows.map((row) =>
      toLine(
        columns,
        columns.map(({ cell }) => cell(row)),
      ),
    );
  const groups = table.groups?.map(({ heading, rows }) => [toLine(columns, heading, 'rowgroup'), ...lines(rows)]);
  const bodies = (groups ?? [lines(table.rows)]).map((body) => `<tbody>\n${body.join('\n')}\n</tbody>`);
  return htmlFrame({ caption, head: toHead(columns, html), bodies: bodies.join('\n') });
}

/** A table in a region that scrolls if the table is wider than the page, also with the keyboard. */
export function htmlFrame(table: { caption: string; id?: string; head: string; bodies: string }): string {
  const { caption, id, head, bodies } = table;
  return `<div class="scroll" role="region" tabindex="0" aria-label="${html(caption)}">
<table${id === undefined ? '' : ` id="${id}"`}><caption>${html(caption)}</caption>
<thead>${head}</thead>
${bodies}</table></div>`;
}

/** The header of a table. `toContent` renders a column's name as HTML. */
export function toHead(
  columns: readonly Pick<Column<never>, 'name' | 'isNumber'>[],
  toContent: (name: string) => string,
): string {
  const tags = columns.map(
    ({ name, isNumber }) => `<th scope="col"${isNumber ? ' class="number"' : ''}>${toContent(name)}</th>`,
  );
  return `<tr>${tags.join('')}</tr>`;
}

function toLine<Row>(
  columns: readonly Column<Row>[],
  cells: readonly Cell[],
  scope: 'row' | 'rowgroup' = 'row',
): string {
  const tags = cells.map((cell, at) => {
    const kind = columns[at]!.isNumber ? 'number' : typeof cell === 'object' && cell !== null ? cell.kind : 'text';
    const content = toHtml(cell);
    return at === 0 ? `<th scope="${scope}" class="${kind}">${content}</th>` : `<td class="${kind}">${content}</td>`;
  });
  return `<tr${scope === 'row' ? '' : ' class="group"'}>${tags.join('')}</tr>`;
}

function toHtml(cell: Cell): string {
  if (cell === null) return '–';
  if (typeof cell === 'string') return html(cell);
  if (typeof cell === 'number') return formatNumber(cell);
  switch (cell.kind) {
    case 'code':
      return `<code>${html(cell.text).replaceAll('_', '_<wbr>')}</code>`;
    case 'quote':
      return html(cell.text);
    case 'link':
    case 'id':
      return anchor(cell.text, cell.url);
    case 'change':
      return toChange(cell);
    case 'tone':
      return `<span class="state ${cell.tone}">${html(cell.text)}</span>`;
    case 'bar':
      return toBar(cell);
  }
}

function toChange({ before, after }: ChangeCell): string {
  const by = before === after ? '' : signed(before, after);
  if (by === '') return html(shown(after));
  return `<b>${by}</b> <small>${shown(before)} → ${shown(after)}</small>`;
}

/** A bar. It is hidden from screen readers, because the figure beside it says the same. */
function toBar({ share, look }: Extract<Cell, { kind: 'bar' }>): string {
  const width = Math.round(BAR.width * Math.min(Math.max(share, 0), 1) * 10) / 10;
  const rect = (kind: string, pixels: number): string =>
    `<rect class="${kind}" width="${pixels}" height="${BAR.height}"/>`;
  return `<svg width="${BAR.width}" height="${BAR.height}" aria-hidden="true">${rect('room', BAR.width)}${rect(look, width)}</svg>`;
}
