import type { RowResult } from '../model/bulk.ts';
import type { StoredRecord } from '../model/change.ts';

/** The two operations of the REST API a run needs that sends its changes in sObject collections. `signal` ends either. */
export type SObjectCollections = {
  /** Writes rows independently of each other. Returns their results in order, or `outcomeUnknown` if the answer was lost. */
  write(
    body: Uint8Array,
    records: number,
    signal: AbortSignal,
  ): Promise<readonly RowResult[] | { readonly outcomeUnknown: string }>;
  /** What records hold now, by id: the URL and the fields the run may write; a record that is gone is not in it. */
  readRecords(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, StoredRecord>>;
};
