import { printable } from '../model/plain-text.ts';
import { shortened } from './text.ts';

/**
 * Foreign text as Markdown shows it literally, also in a table: as code, where nothing is markup and nobody is mentioned.
 * At most `width` characters of it.
 */
export function code(text: string, width: number): string {
  const shown = shortened(text, width).trim() || ' ';
  const runs = shown.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(0, ...runs.map((run) => run.length)) + 1);
  const pad = shown.startsWith('`') || shown.endsWith('`') ? ' ' : '';
  // A backslash before a pipe would escape our own; it is shown as one that looks the same.
  return `${fence}${pad}${shown}${pad}${fence}`
    .replace(/\\+(?=\|)/g, (run) => '⧵'.repeat(run.length))
    .replaceAll('|', '\\|');
}

/** A link to `url` that shows `text`; only the text, as code, where the address is not one of the web. */
export function link(text: string, url: string, width: number): string {
  if (!/^https?:\/\//i.test(url)) return code(text, width);
  const address = printable(url).replace(/[\s<>|\\`]/g, (character) => encodeURIComponent(character));
  return `[${escaped(shortened(text, width))}](<${address}>)`;
}

/** Text with everything that is markup taken by the letter. */
export const escaped = (text: string): string => text.replace(/[!-/:-@[-`{-~]/g, '\\$&');

/** A table. Cells are Markdown already. A column named with a colon at its end is aligned to the right. */
export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const names = columns.map((name) => name.replace(/:$/, ''));
  const rules = columns.map((name) => (name.endsWith(':') ? '---:' : '---'));
  return [line(names), line(rules), ...rows.map(line), ''];
}
