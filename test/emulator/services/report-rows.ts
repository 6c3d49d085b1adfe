import type { Counts } from './counts.ts';

/**
 * What makes a report less than whole; rows of the oddity `missing` are those concerned. `folded`: added up in a row that
 * stands for others. `withheld`: left out to protect visitors. `sampled`: all numbers are estimates. `short`: announced, but
 * they do not come.
 */
export type Flaw = 'folded' | 'withheld' | 'sampled' | 'short';

/** A row as a service keeps it: the parts of the URL as it was visited, nothing decoded or lowered in case. */
export type Visited = {
  readonly url: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
  readonly views: number;
};

/** The pages a report has rows for, in the order they were told. */
export function visited(counts: Counts): Visited[] {
  return counts
    .urls()
    .filter((url) => counts.oddity(url) !== 'missing')
    .map((url) => toVisited(url, counts));
}

/** The pages that were visited, but have no row of their own. */
export function missing(counts: Counts): Visited[] {
  return counts
    .urls()
    .filter((url) => counts.oddity(url) === 'missing')
    .map((url) => toVisited(url, counts));
}

/** The views of all these pages together. */
export const viewsOf = (rows: readonly Visited[]): number => rows.reduce((sum, { views }) => sum + views, 0);

/** The host of a page without its port. */
export const hostname = ({ host }: Visited): string => host.replace(/:\d+$/, '');

/** The rows with the same names added up, in the order of the first of each. */
export function grouped(rows: readonly Visited[], nameOf: (row: Visited) => readonly string[]): Grouped[] {
  const groups = Map.groupBy(rows, (row) => JSON.stringify(nameOf(row)));
  return [...groups].map(([name, members]) => ({
    names: JSON.parse(name) as string[],
    views: viewsOf(members),
  }));
}

export type Grouped = { readonly names: readonly string[]; readonly views: number };

/** Orders rows by their names. */
export const byNames = (one: Grouped, other: Grouped): number =>
  one.names.join('\n') < other.names.join('\n') ? -1 : 1;

/** The number of rows a report says it has: with the flaw `short`, also those that do not come. */
export const announced = (rows: readonly Grouped[], counts: Counts, flaw: Flaw | undefined): number =>
  rows.length + (flaw === 'short' ? missing(counts).length : 0);

/** Of so many views, the smaller numbers that go with them. */
export const ofViews = (views: number): { readonly visits: number; readonly visitors: number } => ({
  visits: Math.ceil(views / 2),
  visitors: Math.ceil(views / 3),
});

function toVisited(url: string, counts: Counts): Visited {
  const [, host = '', path = '', query = ''] = /^[a-z]+:\/\/([^/?#]*)([^?#]*)(\?[^#]*)?/i.exec(url) ?? [];
  return { url, host, path: path === '' ? '/' : path, query, views: counts.count(url) };
}
