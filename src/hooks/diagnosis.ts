import { SfError } from '@salesforce/core';

/** What the doctor of the CLI shows of a check, and what to do where all is not well. */
export type Diagnosis = {
  readonly name: string;
  readonly status: 'pass' | 'warn' | 'fail' | 'unknown';
  readonly suggestions: readonly string[];
};

export const pass = (name: string): Diagnosis => ({ name, status: 'pass', suggestions: [] });

/** The diagnosis where `error` came up: what it says, and what to do about it. */
export function failedCheck(name: string, error: unknown, status: Diagnosis['status'] = 'fail'): Diagnosis {
  const actions = error instanceof SfError ? ((error as SfError).actions ?? []) : [];
  const message = error instanceof Error ? error.message : String(error);
  return { name, status, suggestions: [[message, ...actions].join(' ')] };
}
