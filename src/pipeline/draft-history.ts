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
import type { CountedRecord } from './look-up-counts.ts';

/** What planning needs to keep a history. */
export type HistoryPlanning = {
  readonly settings: HistorySettings;
  /** What the period's rows of these records hold, by the Id of the record; one without a row is not in it. */
  readonly read: (records: readonly string[]) => Promise<ReadonlyMap<string, StoredRecord>>;
};

/** A row that may be written, once it is known whether its record changes, and where in the plan. */
export type DraftRow = Omit<HistoryRow, 'change'>;

type Mapping = Readonly<Record<string, string>>;
type Fields = Readonly<Record<string, FieldChange>>;

/**
 * The row of a record that was counted, as it is when the run is over; `undefined` where nothing of it was counted. A lower
 * count that is not to replace a stored one (`keepHighest`) stands in no row either.
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
  return { id: historyKey(record.id, history.period), url: record.url, fields: row, isNew: existing === undefined };
}

/** Whether a row is written: of each record, or of one whose counts changed now or in this period; never what it holds already. */
export function isWanted(draft: DraftRow, change: Fields, fields: Mapping, history: HistorySettings): boolean {
  if (!differs(draft.fields)) return false;
  if (history.rows === 'all' || !draft.isNew) return true;
  return Object.keys(history.fields).some((service) => {
    const [before, after] = change[fields[service] ?? ''] ?? [null, null];
    return before !== after;
  });
}

/** A row without what rests on the zeros of services that are not believed; `undefined` where nothing is left. */
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
