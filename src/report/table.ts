import type { FieldValue } from '../model/change.ts';

/** A meaning that a view may show as a color. The text says the same. */
export type Tone = 'good' | 'warn' | 'bad';

export type View = 'terminal' | 'html' | 'markdown';

/** The content of a cell. Its text is raw; each view escapes it. `null` is a missing value. */
export type Cell =
  | string
  | number
  | null
  /** An API name, an id, or a code. */
  | { readonly kind: 'code'; readonly text: string }
  /** Text from an org, a service, or a person. */
  | { readonly kind: 'quote'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly url: string }
  /** An id that links to its page in the org. It is never wrapped. */
  | { readonly kind: 'id'; readonly text: string; readonly url: string }
  | ChangeCell
  | { readonly kind: 'tone'; readonly text: string; readonly tone: Tone }
  /** A bar that fills a `share` (0 to 1) of its space. */
  | { readonly kind: 'bar'; readonly share: number; readonly look: 'used' | 'up' | 'down' };

/** The values of a field before and after. */
export type ChangeCell = { readonly kind: 'change'; readonly before: FieldValue; readonly after: FieldValue };

export type Column<Row> = {
  readonly name: string;
  readonly cell: (row: Row) => Cell;
  readonly isNumber?: boolean;
  /** The views that show the column; all if missing. */
  readonly views?: readonly View[];
  /**
   * The most columns of a terminal that a cell takes. A flexible column takes the space that others leave; a whole text
   * is never shortened, but wrapped.
   */
  readonly width?: number | 'flexible' | 'whole';
};

/** A table, from which each view is rendered. */
export type Table<Row> = {
  readonly title: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** The same rows, some of them under a heading with one cell for each HTML column. */
  readonly groups?: readonly Group<Row>[];
};

export type Group<Row> = { readonly heading: readonly Cell[]; readonly rows: readonly Row[] };

type Options<Row> = Pick<Column<Row>, 'views' | 'width'>;

export function textColumn<Row>(name: string, cell: Column<Row>['cell'], options: Options<Row> = {}): Column<Row> {
  return { name, cell, ...options };
}

/** A column of numbers, which are right-aligned. */
export function numberColumn<Row>(name: string, cell: Column<Row>['cell'], options: Options<Row> = {}): Column<Row> {
  return { name, cell, isNumber: true, ...options };
}

export const columnsIn = <Row>({ columns }: Pick<Table<Row>, 'columns'>, view: View): Column<Row>[] =>
  columns.filter(({ views }) => views?.includes(view) ?? true);

export const code = (text: string): Cell => ({ kind: 'code', text });
export const quote = (text: string): Cell => ({ kind: 'quote', text });
export const idLink = (text: string, url: string): Cell => ({ kind: 'id', text, url });
export const link = (text: string, url: string): Cell => ({ kind: 'link', text, url });
