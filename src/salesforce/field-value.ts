import type { FieldValue } from '../model/change.ts';

/**
 * Converts a value of the org's JSON. A dateTime comes as `2026-11-23T12:00:00.000+0000`, which XML batches don't
 * accept, so it is kept in a form that both accept.
 */
export function toFieldValue(value: unknown): FieldValue {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return null;
  return /^\d{4}-\d{2}-\d{2}T[\d:.]+\+0000$/.test(value) ? value.replace(/\+0000$/, 'Z') : value;
}
