/** A goal, the figure of this run beside it. */
export type Goal = {
  readonly measure: string;
  readonly figure: number;
  readonly bound: 'at most' | 'at least';
  readonly limit: number;
  /** How both are written: `1.24`, `208 MB`. */
  readonly show: (figure: number) => string;
};

/** What one measurement gave: figures as they were taken, and the goals they are held against. */
export type Section = {
  readonly title: string;
  /** How it was measured, in a sentence or two. */
  readonly how: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly goals: readonly Goal[];
};

export const ratio = (figure: number): string => figure.toFixed(2);
export const megabytes = (figure: number): string => `${Math.round(figure)} MB`;
export const whole = (figure: number): string => figure.toLocaleString('en-US', { maximumFractionDigits: 0 });
export const seconds = (figure: number): string => figure.toFixed(figure < 10 ? 2 : 1);

const GOAL_HEAD = ['goal', 'figure', 'bound', ''];

/** A goal that a ratio of two figures stays below. */
export const ratioAtMost = (measure: string, figure: number, limit: number): Goal => ({
  ...{ measure, figure, bound: 'at most', limit, show: ratio },
});

export const isMet = ({ figure, bound, limit }: Goal): boolean =>
  bound === 'at most' ? figure <= limit : figure >= limit;

function goalRow(goal: Goal): string[] {
  const { measure, figure, bound, limit, show } = goal;
  return [measure, show(figure), `${bound} ${show(limit)}`, isMet(goal) ? 'met' : 'missed'];
}

/** A section for a terminal: columns of equal width, numbers to the right. */
export function toText({ title, how, head, rows, goals }: Section): string {
  const parts = [title, how, columns(head, rows)];
  if (goals.length > 0) parts.push(columns(GOAL_HEAD, goals.map(goalRow)));
  return `${parts.join('\n\n')}\n`;
}

function columns(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    widths
      .map((width, column) => (column === 0 ? (row[column] ?? '').padEnd(width) : (row[column] ?? '').padStart(width)))
      .join('  ')
      .trimEnd();
  return all.map(line).join('\n');
}

/** A section as Markdown, its title a heading of the given level. */
export function toMarkdown({ title, how, head, rows, goals }: Section, level: number): string {
  const parts = [`${'#'.repeat(level)} ${title}`, how, table(head, rows)];
  if (goals.length > 0) parts.push(table(GOAL_HEAD, goals.map(goalRow)));
  return `${parts.join('\n\n')}\n`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (row: readonly string[]): string => `| ${row.join(' | ')} |`;
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [line(head), `|${rule.join('|')}|`, ...rows.map(line)].join('\n');
}

const BEGIN = '<!-- bench -->';
const END = '<!-- /bench -->';

/** `text` with `tables` between its two marks; just the tables where it has none. */
export function putInto(text: string, tables: string): string {
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin === -1 || end < begin) return tables;
  return `${text.slice(0, begin + BEGIN.length)}\n\n${tables}\n${text.slice(end)}`;
}
