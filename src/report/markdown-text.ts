import { formatNumber } from '../model/format-number.ts';
import { printable } from '../model/plain-text.ts';
import { type Cell, columnsIn, type Table } from './table.ts';
import { changeBy, shortened, shown, withoutScheme } from './text.ts';

/** The most characters shown of a name, an address, and a longer text. */
export const WIDTH = { name: 60, link: 80, text: 300 };

/**
 * Text from others as code, where nothing is markup and nobody is mentioned, cut to `width` characters. It is safe in a
 * table.
 */
export function inlineCode(text: string, width: number): string {
  const shown = shortened(text, width).trim() || ' ';
  const runs = shown.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(0, ...runs.map((run) => run.length)) + 1);
  const pad = shown.startsWith('`') || shown.endsWith('`') ? ' ' : '';
  // A backslash before a pipe would cancel our escape, so a character that looks like a backslash is shown.
  return `${fence}${pad}${shown}${pad}${fence}`
    .replace(/\\+(?=\|)/g, (run) => '⧵'.repeat(run.length))
    .replaceAll('|', '\\|');
}

/** A link to `url` that shows `text`; only the text, as code, if the address isn't http or https. */
export function link(text: string, url: string, width: number): string {
  if (!/^https?:\/\//i.test(url)) return inlineCode(text, width);
  const address = printable(url).replace(/[\s<>|\\`]/g, (character) => encodeURIComponent(character));
  return `[${escaped(shortened(text, width))}](<${address}>)`;
}

/** Escapes text from others for Markdown, on one line. */
export const escaped = (text: string): string => printable(text).replace(/[!-/:-@[-`{-~]/g, '\\$&');

/** A table with its title as a heading; empty without rows. */
export function tableSection<Row>(table: Table<Row>): string {
  return table.rows.length === 0 ? '' : [`#### ${escaped(table.title)}`, '', ...tableLines(table)].join('\n');
}

export function tableLines<Row>(table: Table<Row>): string[] {
  const columns = columnsIn(table, 'markdown');
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const names = columns.map(({ name }) => (/^[A-Za-z ]+$/.test(name) ? name : inlineCode(name, WIDTH.name)));
  const rules = columns.map(({ isNumber }) => (isNumber ? '---:' : '---'));
  const rows = table.rows.map((row) => columns.map(({ cell }) => toMarkdown(cell(row))));
  return [...[names, rules, ...rows].map(line), ''];
}

function toMarkdown(cell: Cell): string {
  if (cell === null) return '–';
  if (typeof cell === 'string') return escaped(shortened(cell, WIDTH.text));
  if (typeof cell === 'number') return formatNumber(cell);
  switch (cell.kind) {
    case 'code':
      return inlineCode(cell.text, WIDTH.name);
    case 'quote':
      return cell.text === '' ? '' : inlineCode(cell.text, WIDTH.text);
    case 'link':
    case 'id':
      return link(withoutScheme(cell.text), cell.url, WIDTH.link);
    case 'change': {
      const [before, after, by] = [shown(cell.before), shown(cell.after), changeBy(cell)];
      return by === '' ? escaped(after) : `${before} → ${after} (${by})`;
    }
    case 'tone':
      return cell.tone === 'good' ? escaped(cell.text) : `**${escaped(cell.text)}**`;
    case 'bar':
      return '';
  }
}
