import { SfError } from '@salesforce/core';

/** A check as `sf doctor` shows it, with what to do if it fails. */
export type Diagnosis = {
  readonly name: string;
  readonly status: 'pass' | 'warn' | 'fail' | 'unknown';
  readonly suggestions: readonly string[];
};

export const pass = (name: string): Diagnosis => ({ name, status: 'pass', suggestions: [] });

/** The diagnosis of a check that failed with `error`. */
export function failedCheck(name: string, error: unknown, status: Diagnosis['status'] = 'fail'): Diagnosis {
  const actions = error instanceof SfError ? ((error as SfError).actions ?? []) : [];
  const message = error instanceof Error ? error.message : String(error);
  return { name, status, suggestions: [[message, ...actions].join(' ')] };
}
