import type { Change, FieldChange, FieldValue } from './change.ts';

/** Where the history is kept, and which service fills which of its fields; names in the org's spelling. */
export type HistorySettings = {
  readonly sobject: string;
  /** The field that names the record a row is of. */
  readonly parentField: string;
  /** The external id that identifies a row. */
  readonly keyField: string;
  readonly dateField: string;
  /** By service: the field with the count, and the one with how much it grew within the period. */
  readonly fields: Readonly<Record<string, string>>;
  readonly changeFields: Readonly<Record<string, string>>;
  /** Whether only records whose counts changed get a row. */
  readonly rows: 'changed' | 'all';
  /** The first day of the period the run is in: fixed when it begins. */
  readonly period: string;
};

/**
 * A row of the history: what a record's counts were in a period, and how much they grew in it. Its `id` is its key, and the
 * record's Id stands in that; `url` is the record's.
 */
export type HistoryRow = Change & {
  /** Whether the org had no such row when the plan was made: then it is created, otherwise corrected. */
  readonly isNew: boolean;
  /** Where the record's own change stands in the plan; `null` where the record does not change. */
  readonly change: number | null;
};

/** The rows of a plan: how many the org had none of, and how many changed since and are left alone. */
export type HistoryTally = {
  readonly rows: number;
  readonly created: number;
  readonly conflicts: number;
  /** Rows of the plan this one is made of that were looked at. */
  readonly queried: number;
};

export const NO_HISTORY: HistoryTally = { rows: 0, created: 0, conflicts: 0, queried: 0 };

/** All fields of a row that hold counts or their growth. */
export function historyFieldsOf({ fields, changeFields }: Pick<HistorySettings, 'fields' | 'changeFields'>): string[] {
  return [...Object.values(fields), ...Object.values(changeFields)];
}

/** The length of a record's Id in a key: in full, as keys are told apart without regard to case. */
const ID_LENGTH = 18;

/** The key of a record's row of the period that begins on a day: `a01…AAA-2026-11-23`. */
export const historyKey = (record: string, period: string): string => `${record}-${period}`;

/** The Id of the record a row is of. */
export const recordOf = (key: string): string => key.slice(0, ID_LENGTH);

/** The first day of the period a row is of. */
export const periodOf = (key: string): string => key.slice(ID_LENGTH + 1);

type Stored = Readonly<Record<string, FieldValue>>;

/** What a record's counts are when the run is over, by service, and what they were when it began. */
export type ServiceCounts = Readonly<Record<string, { readonly before: FieldValue; readonly count: number }>>;

/**
 * What the fields of a row are to hold, each with what it held; `existing` is what the row of the period holds already. The
 * growth is the count less what it was before the period's first run: what the record held, or what the row tells of that.
 * A service without a count is left out, and so is the growth of a count that is seen for the first time.
 */
export function historyFields(
  counts: ServiceCounts,
  existing: Stored | undefined,
  { fields, changeFields }: Pick<HistorySettings, 'fields' | 'changeFields'>,
): Record<string, FieldChange> {
  const row: Record<string, FieldChange> = {};
  for (const [service, field] of Object.entries(fields)) {
    const counted = counts[service];
    if (!counted) continue;
    const held = existing?.[field] ?? null;
    row[field] = [held, counted.count];
    const changeField = changeFields[service];
    if (changeField === undefined) continue;
    const grown = existing?.[changeField] ?? null;
    const start = typeof held === 'number' ? startOf(held, grown) : counted.before;
    if (typeof start === 'number') row[changeField] = [grown, counted.count - start];
  }
  return row;
}

/** What a count was before the period's first run, by its row; `null` where it was seen in that for the first time. */
const startOf = (count: number, grown: FieldValue): number | null => (typeof grown === 'number' ? count - grown : null);

/** The fields of a row without those of the services that are not believed. */
export function withoutServices(
  row: Readonly<Record<string, FieldChange>>,
  services: ReadonlySet<string>,
  { fields, changeFields }: Pick<HistorySettings, 'fields' | 'changeFields'>,
): Record<string, FieldChange> {
  const dropped = new Set([...services].flatMap((service) => [fields[service], changeFields[service]]));
  return Object.fromEntries(Object.entries(row).filter(([field]) => !dropped.has(field)));
}

/** Whether writing the fields makes a difference. */
export const differs = (fields: Readonly<Record<string, FieldChange>>): boolean =>
  Object.values(fields).some(([before, after]) => before !== after);
