import type { FieldValue } from '../model/change.ts';
import { formatNumber } from '../model/format-number.ts';
import { printable } from '../model/plain-text.ts';

/** The difference of two counts with its sign: `+12`, `-3`, `±0`; for an empty field the whole count. */
export function signed(before: FieldValue, after: FieldValue): string {
  const difference = Number(after ?? 0) - Number(before ?? 0);
  if (Number.isNaN(difference)) return '';
  return difference === 0 ? '±0' : `${difference > 0 ? '+' : '-'}${formatNumber(Math.abs(difference))}`;
}

/** The change of a field: `new` if it was empty; nothing if it is unchanged or not a number. */
export function changeBy({ before, after }: { readonly before: FieldValue; readonly after: FieldValue }): string {
  if (before === after) return '';
  return before === null && typeof after === 'number' ? 'new' : signed(before, after);
}

/** A stored value as text: `–` if empty. */
export function shown(value: FieldValue): string {
  if (value === null) return '–';
  return typeof value === 'number' ? formatNumber(value) : printable(value);
}

/** `text` without control characters, shortened in the middle to `width`. */
export function shortened(text: string, width: number): string {
  const clean = printable(text);
  if (clean.length <= width) return clean;
  const head = Math.ceil((width - 1) / 2);
  return `${clean.slice(0, head)}…${clean.slice(clean.length - (width - 1 - head))}`;
}

/** `text` without control characters, shortened at its end, as for titles. */
export function truncated(text: string, width: number): string {
  const clean = printable(text);
  return clean.length <= width ? clean : `${clean.slice(0, width - 1)}…`;
}

/** A URL without `https://`; any other text unchanged. */
export const withoutScheme = (text: string): string => text.replace(/^https:\/\//i, '');

/** Wraps `text` into lines of at most `width` characters, each beginning with `indent`. Longer words stay whole. */
export function wrapped(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((one) => indent + one);
}
