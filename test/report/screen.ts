import { makeTable } from '@oclif/table';
import type { Output } from '../../src/report/output.ts';

/** What a terminal shows that knows no links, line by line. */
export function screenOf(show: (output: Output) => void): string[] {
  const parts: string[] = [];
  show({
    log: (text = '') => parts.push(text),
    link: (text, url) => parts.push(text, url),
    table: (options) => parts.push(makeTable({ ...options, borderStyle: 'vertical-with-outline', maxWidth: 'none' })),
  });
  return parts.join('\n').trimEnd().split('\n');
}
