import { StandardColors } from '@salesforce/sf-plugins-core';
import { formatNumber } from '../model/format-number.ts';
import { printable } from '../model/plain-text.ts';
import type { Output } from './output.ts';
import { type Cell, type Column, columnsIn, type Table, type Tone } from './table.ts';
import { changeBy, columnsOf, shortened, shown, truncated, withoutScheme } from './text.ts';
import { layOut, type WantedColumn } from './table-layout.ts';

/** The longest text a cell shows whole, in columns of the terminal, where its column does not say. */
const NAME_WIDTH = 30;
/** The longest text, and the longest word, that goes on in further lines of its cell. */
const WHOLE_WIDTH = 400;
const WORD_WIDTH = 40;
/** Spaces on both sides of a cell. */
const PADDING = 2;

/** Tables are made for a terminal of 80 columns, and use up to 120 where there are more. */
const WIDTH = { least: 80, most: 120 };

/** The width of a table in a terminal of so many columns, or where there is none. */
export const tableWidth = (columns = WIDTH.least): number => Math.min(Math.max(columns, WIDTH.least), WIDTH.most);

type Content = { readonly text: string; readonly tone: Tone | null; readonly fit: typeof shortened };

/**
 * Writes a table for a terminal of `width` columns. To fit, columns are narrowed; if that isn't enough, the table is split
 * into several that each begin with the first column.
 */
export function putTable<Row>(output: Output, table: Table<Row>, width = Infinity): void {
  const columns = columnsIn(table, 'terminal');
  const contents = table.rows.map((row) => columns.map((column) => toContent(column, column.cell(row))));
  const wanted = columns.map((column, at) =>
    toWanted(
      column,
      contents.map((row) => row[at]!.text),
    ),
  );
  for (const [part, placed] of layOut(wanted, width).entries()) {
    const shownColumns = placed.map(({ at, name, width: room }) => {
      const alignment = columns[at]!.isNumber ? { horizontalAlignment: 'right' } : {};
      return { key: String(at), name, width: room + PADDING, ...alignment };
    });
    const data = contents.map((row) =>
      Object.fromEntries(placed.map(({ at, width: room }) => [at, toShown(row[at]!, columns[at]!.width, room)])),
    );
    const title = part === 0 ? table.title : `${table.title}, continued`;
    // SfCommand infers column types from the data, which isn't possible for a table built at run time.
    output.table({ title, columns: shownColumns as never, data, overflow: 'wrap' });
  }
}

/** The widths a column with these texts needs. Numbers, and the words of a whole text, are not broken. */
function toWanted(
  { name, isNumber, width: kind }: Pick<Column<never>, 'name' | 'isNumber' | 'width'>,
  texts: readonly string[],
): WantedColumn {
  const widest = widestOf(texts);
  if (isNumber) return { name, kind: 'number', widest, least: widest };
  if (kind === 'whole')
    return {
      name,
      kind: 'text',
      widest,
      least: Math.min(WORD_WIDTH, widestOf(texts.flatMap((text) => text.split(' ')))),
    };
  return { name, kind: kind === 'flexible' ? kind : 'text', widest, least: 0 };
}

const widestOf = (texts: readonly string[]): number => texts.reduce((most, text) => Math.max(most, columnsOf(text)), 0);

/** The text of a cell in a column of width `room`. The table wraps a whole text. */
function toShown({ text, tone, fit }: Content, kind: Column<never>['width'], room: number): string {
  const fitting = kind === 'whole' ? text : fit(text, room);
  return tone === null ? fitting : painted(fitting, tone);
}

export const painted = (text: string, tone: Tone): string => PAINTS[tone](text);

const PAINTS = { good: StandardColors.success, warn: StandardColors.warning, bad: StandardColors.error };

function toContent({ width = NAME_WIDTH }: Pick<Column<never>, 'width'>, cell: Cell): Content {
  const text = toText(cell);
  const tone = typeof cell === 'object' && cell?.kind === 'tone' ? cell.tone : null;
  // A URL is recognized by its end, a title by its beginning.
  const isTitle = typeof cell === 'object' && cell?.kind === 'link' && cell.text !== cell.url;
  const fit = isTitle ? truncated : shortened;
  if (width === 'whole') return { text: truncated(text, WHOLE_WIDTH), tone, fit };
  return { text: typeof width === 'number' ? fit(text, width) : printable(text), tone, fit };
}

function toText(cell: Cell): string {
  if (cell === null) return '–';
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'number') return formatNumber(cell);
  switch (cell.kind) {
    case 'code':
    case 'id':
    case 'quote':
    case 'tone':
      return cell.text;
    case 'link':
      return withoutScheme(cell.text);
    case 'change': {
      const by = changeBy(cell);
      return by === '' ? shown(cell.after) : `${shown(cell.after)} (${by})`;
    }
    case 'bar':
      return '';
  }
}
