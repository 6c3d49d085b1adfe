import type { RunEnd } from './run-facts.ts';

/** The exit codes of all commands, as `--help` shows them. */
export const EXIT_CODES = {
  done: 0,
  failed: 1,
  wrongFlags: 2,
  partial: 68,
  stillRunning: 69,
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;

export function exitCodeOf(end: RunEnd): number {
  switch (end) {
    case 'Planned':
    case 'Completed':
      return EXIT_CODES.done;
    case 'CompletedWithFailures':
    case 'Aborted':
      return EXIT_CODES.partial;
    case 'InProgress':
      return EXIT_CODES.stillRunning;
    case 'Failed':
      return EXIT_CODES.failed;
  }
}
