import type { RowResult } from '../model/bulk.ts';
import type { StoredRecord } from '../model/change.ts';

/** The REST API operations a run needs to write with sObject Collections. `signal` aborts either. */
export type SObjectCollections = {
  /** Writes rows independently of each other. Returns their results in order, or `outcomeUnknown` if the answer was lost. */
  write(
    body: Uint8Array,
    records: number,
    signal: AbortSignal,
  ): Promise<readonly RowResult[] | { readonly outcomeUnknown: string }>;
  /** The current URL and field values of records, by id; deleted records are missing. */
  readRecords(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, StoredRecord>>;
};
