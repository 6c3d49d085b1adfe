import { formatNumber } from '../model/format-number.ts';
import { printable } from '../model/plain-text.ts';

/** The difference of two counts with its sign: `+12`, `-3`, `±0`; from nothing it is the whole count. */
export function signed(before: number | string | null, after: number | string | null): string {
  const difference = Number(after ?? 0) - Number(before ?? 0);
  if (Number.isNaN(difference)) return '';
  return difference === 0 ? '±0' : `${difference > 0 ? '+' : '-'}${formatNumber(Math.abs(difference))}`;
}

/** A stored value for people: `–` where there is none. */
export function shown(value: number | string | null): string {
  if (value === null) return '–';
  return typeof value === 'number' ? formatNumber(value) : printable(value);
}

/** `text` without control characters, so that data cannot steer the terminal, shortened in the middle to `width`. */
export function shortened(text: string, width: number): string {
  const clean = printable(text);
  if (clean.length <= width) return clean;
  const head = Math.ceil((width - 1) / 2);
  return `${clean.slice(0, head)}…${clean.slice(clean.length - (width - 1 - head))}`;
}

/** A URL shortened in the middle to `width`. `https://` goes without saying. */
export function shortUrl(url: string, width: number): string {
  return shortened(url.replace(/^https:\/\//i, ''), width);
}

/** `text` broken into lines of at most `width` characters, `indent` included, which stands before each. A longer word stays whole. */
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
