import { StandardColors } from '@salesforce/sf-plugins-core';
import { inLog, printable } from '../model/plain-text.ts';
import { secrets } from '../model/redactor.ts';

/** A color code. */
const PAINT = /(\u001b\[[\d;]*m)/;

/** A line for a terminal or a log: without secrets, line breaks, and control sequences other than our colors. */
export function terminalLine(text: string): string {
  const isPainted = StandardColors.info(' ') !== ' ';
  const parts = secrets.redact(text).split(PAINT);
  return inLog(parts.map((part, at) => (at % 2 === 1 && isPainted ? part : printable(part))).join(''));
}

/** Several lines, each through {@link terminalLine}. */
export const terminalText = (text: string): string => text.split('\n').map(terminalLine).join('\n');
