import type { FieldValue } from '../model/change.ts';

/** A meaning that a view may show by a colour. The text says the same. */
export type Tone = 'good' | 'warn' | 'bad';

/** What a table is rendered for. */
export type View = 'terminal' | 'html' | 'markdown';

/** What stands in a cell. Its text is raw: each view escapes it. `null` is a value that is missing. */
export type Cell =
  | string
  | number
  | null
  /** A name of the API, an id or a code. */
  | { readonly kind: 'code'; readonly text: string }
  /** What an org, a service or a person says. */
  | { readonly kind: 'quote'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly url: string }
  /** An id that links to its page in the org. It is never broken over lines. */
  | { readonly kind: 'id'; readonly text: string; readonly url: string }
  | ChangeCell
  | { readonly kind: 'tone'; readonly text: string; readonly tone: Tone }
  /** A bar that fills its `share` (0 to 1) of the room. */
  | { readonly kind: 'bar'; readonly share: number; readonly look: 'used' | 'up' | 'down' };

/** What a field held and what it gets. */
export type ChangeCell = { readonly kind: 'change'; readonly before: FieldValue; readonly after: FieldValue };

export type Column<Row> = {
  readonly name: string;
  readonly cell: (row: Row) => Cell;
  readonly isNumber?: boolean;
  /** The views that have the column; all where none is named. */
  readonly views?: readonly View[];
  /** The most characters of a cell in a terminal. A flexible column takes what room the others leave; a whole one is not shortened. */
  readonly width?: number | 'flexible' | 'whole';
};

/** A table, from which each view is made. */
export type Table<Row> = {
  readonly title: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** The same rows, with a heading for some of them that has a cell for each column of HTML. */
  readonly groups?: readonly Group<Row>[];
};

export type Group<Row> = { readonly heading: readonly Cell[]; readonly rows: readonly Row[] };

type Options<Row> = Pick<Column<Row>, 'views' | 'width'>;

/** A column of text. */
export function textColumn<Row>(name: string, cell: Column<Row>['cell'], options: Options<Row> = {}): Column<Row> {
  return { name, cell, ...options };
}

/** A column of numbers, which are aligned to the right. */
export function numberColumn<Row>(name: string, cell: Column<Row>['cell'], options: Options<Row> = {}): Column<Row> {
  return { name, cell, isNumber: true, ...options };
}

/** The columns that a view has of a table. */
export const columnsIn = <Row>({ columns }: Pick<Table<Row>, 'columns'>, view: View): Column<Row>[] =>
  columns.filter(({ views }) => views?.includes(view) ?? true);

export const code = (text: string): Cell => ({ kind: 'code', text });
export const quote = (text: string): Cell => ({ kind: 'quote', text });
export const idLink = (text: string, url: string): Cell => ({ kind: 'id', text, url });
export const link = (text: string, url: string): Cell => ({ kind: 'link', text, url });
