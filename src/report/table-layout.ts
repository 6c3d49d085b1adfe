import { columnsOf, shortened } from './text.ts';

/** A column that is to be placed. Widths are in columns of the terminal. */
export type WantedColumn = {
  readonly name: string;
  /** A flexible column is narrowed before others. */
  readonly kind: 'number' | 'text' | 'flexible';
  /** The width of the widest cell, and the width below which cells are never narrowed. */
  readonly widest: number;
  readonly least: number;
};

/** A column with its place: its position among those wanted, its name in one or more lines, and the width of its cells. */
export type PlacedColumn = { readonly at: number; readonly name: string; readonly width: number };

/** A column has a space on both sides and a border before it; the last border closes the table. */
const FRAME = 3;
const BORDER = 1;
/** The width to which a flexible column is narrowed first, and the least width of each kind of column. */
const COMFORTABLE = 30;
const LEAST = { number: 6, text: 12, flexible: 16 };
/** The longest part of a name that is not shortened. */
const NAME_PART = 12;

type Column = WantedColumn & { readonly at: number };

/**
 * Places columns in tables of at most `width` columns of a terminal: in one if their least widths fit, otherwise in several
 * that each begin with the first column. To fit, the flexible column is narrowed first, down to a comfortable width; then
 * the names of number columns are wrapped, the flexible column is narrowed further, and text columns last.
 */
export function layOut(wanted: readonly WantedColumn[], width: number): PlacedColumn[][] {
  const columns = wanted.map((column, at) => ({ ...column, at }));
  return split(columns, width).map((some) => narrowed(some, width));
}

/** Distributes columns over tables by their least widths, with the first column in each table. */
function split([first, ...others]: readonly Column[], width: number): Column[][] {
  if (!first) return [];
  const tables = [[first]];
  for (const column of others) {
    const table = tables.at(-1)!;
    const taken = [...table, column].reduce((sum, one) => sum + FRAME + leastOf(one), BORDER);
    if (taken <= width || table.length === 1) table.push(column);
    else tables.push([first, column]);
  }
  return tables;
}

/** The columns of one table, narrowed until they fit. */
function narrowed(columns: readonly Column[], width: number): PlacedColumn[] {
  const widths = new Map(columns.map((column) => [column, Math.max(columnsOf(column.name), column.widest)]));
  let over = [...widths.values()].reduce((sum, one) => sum + FRAME + one, BORDER) - width;
  const narrow = (kind: Column['kind'], least: (column: Column) => number): void => {
    const some = columns.filter((column) => column.kind === kind);
    while (over > 0) {
      const [widest] = some
        .filter((column) => widths.get(column)! > least(column))
        .sort((one, other) => widths.get(other)! - widths.get(one)!);
      if (!widest) return;
      widths.set(widest, widths.get(widest)! - 1);
      over -= 1;
    }
  };
  narrow('flexible', () => COMFORTABLE);
  for (const kind of ['number', 'flexible', 'text'] as const) narrow(kind, leastOf);
  return columns.map((column) => {
    const room = widths.get(column)!;
    return { at: column.at, name: inLines(column.name, room), width: room };
  });
}

/** The least width of a column. Names of number columns are wrapped; short parts of them stay whole. */
function leastOf({ name, kind, widest, least }: Column): number {
  const natural = Math.max(columnsOf(name), widest);
  const part = kind === 'number' ? Math.min(NAME_PART, Math.max(...partsOf(name).map(columnsOf))) : 0;
  return Math.min(natural, Math.max(LEAST[kind], least, part));
}

/** A name in lines of at most `width`, wrapped at underscores and before capitals. */
function inLines(name: string, width: number): string {
  if (columnsOf(name) <= width) return name;
  const lines: string[] = [];
  for (const part of partsOf(name)) {
    const line = `${lines.at(-1) ?? ''}${part}`;
    if (lines.length > 0 && columnsOf(line) <= width) lines[lines.length - 1] = line;
    else lines.push(shortened(part, width));
  }
  return lines.join('\n');
}

/** The parts of a name, such as `LinkedIn_` and `Shares__c`; the suffix of custom fields is not a part of its own. */
const partsOf = (name: string): string[] => name.split(/(?<=[^_]_)(?=[^_])|(?<=[a-z])(?=[A-Z])|(?<= )/);
