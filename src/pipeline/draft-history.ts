import type { FieldChange, StoredRecord } from '../model/change.ts';
import {
  differs,
  historyFields,
  historyKey,
  type HistoryRow,
  type HistorySettings,
  type ServiceCounts,
  withoutServices,
} from '../model/history.ts';
import { namesOf } from '../model/names.ts';
import type { CountedRecord } from './look-up-counts.ts';

/** What planning needs to keep a history. */
export type HistoryPlanning = {
  readonly settings: HistorySettings;
  /** Reads the period's rows of these records, by record Id; records without a row are missing. */
  readonly read: (records: readonly string[]) => Promise<ReadonlyMap<string, StoredRecord>>;
};

/** A history row, before it is known whether and where its record's change is in the plan. */
export type DraftRow = Omit<HistoryRow, 'change'>;

type Mapping = Readonly<Record<string, string>>;
type Fields = Readonly<Record<string, FieldChange>>;

/**
 * The history row of a counted record after the run; `undefined` if it has no counts. With `keepHighest`, a count below
 * the stored one isn't in the row.
 */
export function draftRow(
  { record, problem, readings }: CountedRecord,
  existing: StoredRecord | undefined,
  { fields, keepHighest }: { readonly fields: Mapping; readonly keepHighest: boolean },
  history: HistorySettings,
): DraftRow | undefined {
  if (problem !== undefined) return undefined;
  const counts: Record<string, ServiceCounts[string]> = {};
  for (const service of Object.keys(history.fields)) {
    const reading = readings[service];
    if (reading?.state !== 'ok') continue;
    const before = record.stored[fields[service] ?? ''] ?? null;
    const kept = keepHighest && typeof before === 'number' && before > reading.count;
    counts[service] = { before, count: kept ? before : reading.count };
  }
  const row = historyFields(counts, existing?.stored, history);
  if (Object.keys(row).length === 0) return undefined;
  const id = historyKey(record.id, history.period);
  return { id, url: record.url, ...namesOf(record), fields: row, isNew: existing === undefined };
}

/**
 * Whether a row is written: for every record, or only for those whose counts changed now or in this period. Never if
 * the row holds the values already.
 */
export function isWanted(draft: DraftRow, change: Fields, fields: Mapping, history: HistorySettings): boolean {
  if (!differs(draft.fields)) return false;
  if (history.rows === 'all' || !draft.isNew) return true;
  return Object.keys(history.fields).some((service) => {
    const [before, after] = change[fields[service] ?? ''] ?? [null, null];
    return before !== after;
  });
}

/** A row without the counts that depend on untrusted zeros; `undefined` if none is left. */
export function withoutDoubtful(
  draft: DraftRow,
  disbelieved: ReadonlySet<string>,
  fields: Mapping,
  history: HistorySettings,
): DraftRow | undefined {
  const services = Object.keys(fields).filter((service) => disbelieved.has(fields[service]!));
  const left = withoutServices(draft.fields, new Set(services), history);
  return Object.keys(left).length === 0 ? undefined : { ...draft, fields: left };
}
