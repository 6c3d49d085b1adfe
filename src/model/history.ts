import type { Change, FieldChange, FieldValue } from './change.ts';

/** Where the history is kept, and which service fills which of its fields; names in the org's spelling. */
export type HistorySettings = {
  readonly sobject: string;
  /** The field that refers to the record a row belongs to. */
  readonly parentField: string;
  /** The external id field that identifies a row. */
  readonly keyField: string;
  readonly dateField: string;
  /** By service: the field for the count, and the field for its growth within the period. */
  readonly fields: Readonly<Record<string, string>>;
  readonly changeFields: Readonly<Record<string, string>>;
  /** Whether only records whose counts changed get a row. */
  readonly rows: 'changed' | 'all';
  /** The first day of the period of the run; fixed when the run begins. */
  readonly period: string;
};

/**
 * A row of the history: a record's counts in a period, and their growth in it. Its `id` is its key, which contains the
 * record's Id; `url` is the record's.
 */
export type HistoryRow = Change & {
  /** Whether the row didn't exist when the plan was made, so that it is created and not updated. */
  readonly isNew: boolean;
  /** The position of the record's own change in the plan; `null` if the record doesn't change. */
  readonly change: number | null;
};

/** The history rows of a plan: how many are new, and how many changed since and are skipped. */
export type HistoryTally = {
  readonly rows: number;
  readonly created: number;
  readonly conflicts: number;
  /** Rows of the source plan that were compared. */
  readonly queried: number;
};

export const NO_HISTORY: HistoryTally = { rows: 0, created: 0, conflicts: 0, queried: 0 };

/** All fields of a row that hold counts or their growth. */
export function historyFieldsOf({ fields, changeFields }: Pick<HistorySettings, 'fields' | 'changeFields'>): string[] {
  return [...Object.values(fields), ...Object.values(changeFields)];
}

/**
 * The length of the Id in a key. Keys are compared without regard to case, so that only the 18-character Id is unique.
 */
const ID_LENGTH = 18;

/** The key of a record's row for the period that begins on a day: `a01…AAA-2026-11-23`. */
export const historyKey = (record: string, period: string): string => `${record}-${period}`;

export const recordOf = (key: string): string => key.slice(0, ID_LENGTH);

export const periodOf = (key: string): string => key.slice(ID_LENGTH + 1);

type Stored = Readonly<Record<string, FieldValue>>;

/** By service, a record's count before and after the run. */
export type ServiceCounts = Readonly<Record<string, { readonly before: FieldValue; readonly count: number }>>;

/**
 * The changes to the fields of a row; `existing` holds the values of the period's row. The growth is the count less its
 * value before the period's first run, which the record held or the row implies. A service without a count is left out,
 * and so is the growth of a count that is new.
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

/** A count before the period's first run, implied by its row; `null` if the period is its first. */
const startOf = (count: number, grown: FieldValue): number | null => (typeof grown === 'number' ? count - grown : null);

/** The fields of a row, without those of services that returned invalid data. */
export function withoutServices(
  row: Readonly<Record<string, FieldChange>>,
  services: ReadonlySet<string>,
  { fields, changeFields }: Pick<HistorySettings, 'fields' | 'changeFields'>,
): Record<string, FieldChange> {
  const dropped = new Set([...services].flatMap((service) => [fields[service], changeFields[service]]));
  return Object.fromEntries(Object.entries(row).filter(([field]) => !dropped.has(field)));
}

/** Whether writing the fields would change the row. */
export const differs = (fields: Readonly<Record<string, FieldChange>>): boolean =>
  Object.values(fields).some(([before, after]) => before !== after);
