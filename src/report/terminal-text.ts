import { StandardColors } from '@salesforce/sf-plugins-core';
import { inLog, printable } from '../model/plain-text.ts';
import { secrets } from '../model/redactor.ts';

/** A change of colour, and nothing else. */
const PAINT = /(\u001b\[[\d;]*m)/;

/** A line as it goes to a terminal or a log: no secret, no line break, nothing that steers either. Our own colours stay. */
export function terminalLine(text: string): string {
  const isPainted = StandardColors.info(' ') !== ' ';
  const parts = secrets.redact(text).split(PAINT);
  return inLog(parts.map((part, at) => (at % 2 === 1 && isPainted ? part : printable(part))).join(''));
}

/** Text of several lines, each as {@link terminalLine} has it. */
export const terminalText = (text: string): string => text.split('\n').map(terminalLine).join('\n');
