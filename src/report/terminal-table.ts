import { StandardColors } from '@salesforce/sf-plugins-core';
import { formatNumber } from '../model/format-number.ts';
import { printable } from '../model/plain-text.ts';
import type { Output } from './output.ts';
import { type Cell, type Column, columnsIn, type Table, type Tone } from './table.ts';
import { changeBy, shortened, shown, truncated, withoutScheme } from './text.ts';

/** Tables are made for a terminal of 80 columns, and use up to 120 where there are more. */
export const WIDTH = { least: 80, most: 120 };
/** The longest text a cell shows whole, unless its column says otherwise. */
const NAME_WIDTH = 30;
/** The least width of a flexible column, and of the name of a number column. */
const LEAST = { flexible: 16, name: 8 };
/** A column has a space on both sides and a border before it; a last border closes the table. */
const FRAME = 3;

type Content = { readonly text: string; readonly tone: Tone | null; readonly fit: typeof shortened };

/** The width of a table in a terminal of so many columns, or where there is none. */
export const tableWidth = (columns = WIDTH.least): number => Math.min(Math.max(columns, WIDTH.least), WIDTH.most);

/**
 * Writes a table for a terminal of `width` columns. To fit, names of number columns are shortened first, then the
 * flexible column.
 */
export function putTable<Row>(output: Output, table: Table<Row>, width = Infinity): void {
  const columns = columnsIn(table, 'terminal');
  const contents = table.rows.map((row) => columns.map((column) => toContent(column, column.cell(row))));
  const widest = columns.map((_, at) => Math.max(0, ...contents.map((row) => row[at]!.text.length)));
  const { names, flexible } = layOut(columns, widest, width);
  const toShown = ({ text, tone, fit }: Content, at: number): string => {
    const fitting = columns[at]!.width === 'flexible' ? fit(text, flexible) : text;
    return tone === null ? fitting : painted(fitting, tone);
  };
  // SfCommand infers column types from the data, which isn't possible for a table built at run time.
  const shownColumns = columns.map(({ isNumber }, at) => {
    return { key: String(at), name: names[at]!, ...(isNumber ? { horizontalAlignment: 'right' } : {}) };
  }) as never;
  const data = contents.map((row) => Object.fromEntries(row.map((content, at) => [at, toShown(content, at)])));
  output.table({ title: table.title, columns: shownColumns, data, overflow: 'wrap' });
}

/** The names of the columns, and the width of the flexible one. */
function layOut(
  columns: readonly Pick<Column<never>, 'name' | 'isNumber' | 'width'>[],
  widest: readonly number[],
  width: number,
): { names: string[]; flexible: number } {
  const roomBeside = (names: readonly string[]): number => {
    const taken = columns.map((column, at) =>
      column.width === 'flexible' ? 0 : Math.max(names[at]!.length, widest[at]!),
    );
    return taken.reduce((room, one) => room - FRAME - one, width - 1);
  };
  const whole = columns.map(({ name }) => name);
  const short = columns.map(({ name, isNumber }, at) =>
    isNumber ? shortened(name, Math.max(LEAST.name, widest[at]!)) : name,
  );
  const names = roomBeside(whole) < LEAST.flexible ? short : whole;
  return { names, flexible: Math.max(LEAST.flexible, roomBeside(names)) };
}

export const painted = (text: string, tone: Tone): string => PAINTS[tone](text);

const PAINTS = { good: StandardColors.success, warn: StandardColors.warning, bad: StandardColors.error };

function toContent({ width = NAME_WIDTH }: Pick<Column<never>, 'width'>, cell: Cell): Content {
  const text = toText(cell);
  const tone = typeof cell === 'object' && cell?.kind === 'tone' ? cell.tone : null;
  // A URL is recognized by its end, a title by its beginning.
  const isTitle = typeof cell === 'object' && cell?.kind === 'link' && cell.text !== cell.url;
  const fit = isTitle ? truncated : shortened;
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
