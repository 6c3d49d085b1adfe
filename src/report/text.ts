import stringWidth from 'fast-string-width';
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

/** The number of terminal columns a text takes: Chinese, Japanese, and Korean characters and emoji take two each. */
export const columnsOf = (text: string): number => stringWidth(text);

/** `text` without control characters, shortened in the middle to `width` columns. */
export function shortened(text: string, width: number): string {
  const clean = printable(text);
  if (columnsOf(clean) <= width) return clean;
  const characters = charactersOf(clean);
  const tail = beginning(characters.toReversed(), Math.floor((width - 1) / 2)).reverse();
  const head = beginning(characters, width - 1 - columnsOf(tail.join('')));
  return `${head.join('')}…${tail.join('')}`;
}

/** `text` without control characters, shortened at its end, as for titles. */
export function truncated(text: string, width: number): string {
  const clean = printable(text);
  return columnsOf(clean) <= width ? clean : `${beginning(charactersOf(clean), width - 1).join('')}…`;
}

const SEGMENTER = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The characters people see, each with the marks that combine with it. */
const charactersOf = (text: string): string[] => Array.from(SEGMENTER.segment(text), ({ segment }) => segment);

/** The first of `characters`, as many as fit in `width` columns. */
function beginning(characters: readonly string[], width: number): string[] {
  let left = width;
  const end = characters.findIndex((character) => (left -= columnsOf(character)) < 0);
  return characters.slice(0, end === -1 ? undefined : end);
}

/** A URL without `https://`; any other text unchanged. */
export const withoutScheme = (text: string): string => text.replace(/^https:\/\//i, '');

/** Where text is broken besides at spaces: after each Chinese or Japanese character, because these languages use no spaces. */
const BREAKS = /(?<=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}、。，])/u;

/** Wraps `text` into lines of at most `width` columns, each beginning with `indent`. Longer words stay whole. */
export function wrapped(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const [at, word] of text.split(' ').entries()) {
    for (const [part, piece] of word.split(BREAKS).entries()) {
      const gap = at > 0 && part === 0 ? ' ' : '';
      const isFull = line !== '' && columnsOf(`${indent}${line}${gap}${piece}`) > width;
      if (isFull) lines.push(line);
      line = isFull || line === '' ? piece : `${line}${gap}${piece}`;
    }
  }
  return [...lines, line].map((one) => indent + one);
}
