import type { Change } from '../model/change.ts';
import { formatNumber } from '../model/format-number.ts';
import { nameOf } from '../model/names.ts';
import { type AuthorSummary, type ChangeSummary, OTHERS, SIZE_CLASSES } from './change-summary.ts';
import type { RunResult } from './result.ts';
import type { RunView } from './run-view.ts';
import {
  type Cell,
  type Column,
  type Group,
  idLink,
  link,
  numberColumn,
  quote,
  type Table,
  textColumn,
} from './table.ts';
import { signed } from './text.ts';
import { difference, sizeOf } from './top-changes.ts';

/** The width of the author column in a terminal. */
const AUTHOR_WIDTH = 20;
/** The number of authors a report file names, besides those of the articles it shows. */
const TOP_AUTHORS = 25;

/** The columns for an article and its changes: name, author if `hasAuthors`, and each of `fields`. */
export function articleColumns(fields: readonly string[], hasAuthors: boolean): Column<Change>[] {
  const author = textColumn<Change>('Author', (change) => quote(change.author ?? ''), { width: AUTHOR_WIDTH });
  return [
    textColumn('Article', (change) => link(nameOf(change), change.url), { width: 'flexible' }),
    ...(hasAuthors ? [author] : []),
    ...fields.map((field) => numberColumn<Change>(field, (change) => changeOf(change, field))),
  ];
}

function changeOf({ fields }: Change, field: string): Cell {
  const change = fields[field];
  return change ? { kind: 'change', before: change[0], after: change[1] } : '';
}

/** A link to a record in the org. */
export const recordLink = (id: string, { org }: Pick<RunResult, 'org'>): Cell =>
  idLink(id, `${org.instanceUrl.replace(/\/+$/, '')}/${id}`);

/** The articles that changed most, one row each, with a number for each count. */
export function topChangesTable({ topChanges, changedArticles, fields }: RunView, title: string): Table<Change> {
  const { length } = topChanges;
  return {
    title: changedArticles > length ? `${title}: the ${length} largest of ${formatNumber(changedArticles)}` : title,
    columns: articleColumns(
      changedFields(topChanges, fields),
      topChanges.some(({ author }) => author !== undefined),
    ),
    rows: topChanges,
  };
}

/** The fields in which an article has a changed count. */
const changedFields = (changes: readonly Change[], fields: readonly string[]): string[] =>
  fields.filter((field) =>
    changes.some((change) => sizeOf(field in change.fields ? { [field]: change.fields[field]! } : {}) !== null),
  );

/** The articles that changed most, with bars for the sizes of changes, grouped by author if there are any. */
export function groupedChangesTable(view: RunView, { topChanges, authors }: ChangeSummary): Table<Change> {
  const changes = topChanges.list;
  const most = Math.max(1, ...changes.map(({ fields }) => sizeOf(fields) ?? 0));
  const bar = textColumn<Change>('Size', ({ fields }) => {
    const net = Object.values(fields).reduce((sum, [before, after]) => sum + (difference(before, after) ?? 0), 0);
    return { kind: 'bar', share: (sizeOf(fields) ?? 0) / most, look: net < 0 ? 'down' : 'up' };
  });
  const fields = changedFields(changes, view.fields);
  return {
    title: 'Articles that changed most',
    columns: [...articleColumns(fields, false), bar],
    rows: changes,
    ...(namesAuthors(authors) ? { groups: groupByAuthor(changes, authors, fields) } : {}),
  };
}

export const namesAuthors = (authors: ChangeSummary['authors']): boolean =>
  [...authors.keys()].some((name) => name !== OTHERS);

/** Articles grouped by author, the largest sum of changes first. Articles without an author come last. */
function groupByAuthor(
  changes: readonly Change[],
  authors: ReadonlyMap<string, AuthorSummary>,
  fields: readonly string[],
): Group<Change>[] {
  const byAuthor = Map.groupBy(changes, ({ author = OTHERS }) => (authors.has(author) ? author : OTHERS));
  return [...authors]
    .sort(
      ([name, one], [otherName, other]) =>
        Number(name === OTHERS) - Number(otherName === OTHERS) || other.size - one.size,
    )
    .filter(([author], at) => at < TOP_AUTHORS || byAuthor.has(author))
    .map(([author, { articles, totals }]) => ({
      heading: [
        `${author === OTHERS ? 'Other articles' : author} (${formatNumber(articles)})`,
        ...fields.map((field) => (field in totals ? signed(0, totals[field]!) : '')),
        '',
      ],
      rows: byAuthor.get(author) ?? [],
    }));
}

/** The number of changes by size and field; the last two rows are sums. */
export function sizesTable({ fields }: ChangeSummary): Table<SizeRow> {
  const all = [...fields.values()];
  const sums = SIZE_CLASSES.map((_, at) => all.reduce((sum, { sizes }) => sum + sizes[at]!, 0));
  const most = Math.max(1, ...sums);
  const classes = SIZE_CLASSES.map(({ label, most: top }, at): SizeRow => ({
    label,
    cells: all.map(({ sizes }) => sizes[at]!),
    bar: { kind: 'bar', look: top < 0 ? 'down' : 'up', share: sums[at]! / most },
  }));
  return {
    title: 'Changed counts by size and field',
    columns: [
      textColumn('Count went', ({ label }) => label),
      ...[...fields.keys()].map((field, at) => numberColumn<SizeRow>(field, ({ cells }) => cells[at]!)),
      textColumn('All fields', ({ bar }) => bar),
    ],
    rows: [
      ...classes.filter((_, at) => sums[at]! > 0),
      { label: 'all', cells: all.map(({ changed }) => changed), bar: '' },
      { label: 'sum of all changes', cells: all.map(({ total }) => signed(0, total)), bar: '' },
    ],
  };
}

type SizeRow = { readonly label: string; readonly cells: readonly (string | number)[]; readonly bar: Cell };
