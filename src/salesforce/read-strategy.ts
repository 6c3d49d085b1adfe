/** The most rows of one bulk query. At less than 500 bytes each, its result fits in one file, below the org's 1 GB. */
export const MAX_ROWS = 2_000_000;
/**
 * API requests of a bulk query: create the job, add the batch, close the job, some four polls, the result list, and the
 * result.
 */
const QUERY_REQUESTS = 9;

/** API requests to read this many records with bulk queries. */
export function bulkReadRequests(records: number): number {
  return Math.max(1, Math.ceil(records / MAX_ROWS)) * QUERY_REQUESTS;
}

/** How to read the remaining records, and the API requests of each method. */
export type ReadStrategy = { readonly method: 'pages' | 'bulk'; readonly pages: number; readonly bulk: number };

/** Chooses the method with fewer API requests, from the total number of records and the size of the first page. */
export function chooseReadStrategy(total: number, pageSize: number): ReadStrategy {
  const left = Math.max(0, total - pageSize);
  const pages = Math.ceil(left / Math.max(1, pageSize));
  const bulk = bulkReadRequests(left);
  return { method: pages > bulk ? 'bulk' : 'pages', pages, bulk };
}

/**
 * The ids in one request for the records of a plan (REST API Developer Guide, "Get Records With a Request Body Using
 * sObject Collections").
 */
export const IDS = 2000;
/** The most records read per change to save requests, because reading takes time. */
const SURPLUS = 20;

/** Whether a bulk query may be worth it for this many changes, so that it pays to count the records in their range. */
export const isWorthCounting = (changes: number): boolean => Math.ceil(changes / IDS) > bulkReadRequests(changes) + 1;

/** How to read the records of a plan, and the API requests of each method. */
export type RereadStrategy = { readonly method: 'ids' | 'bulk'; readonly ids: number; readonly bulk: number };

/**
 * Chooses the method with fewer API requests for `changes` in a range of `records` records, unless nearly all of the
 * records would be read for nothing.
 */
export function chooseRereadStrategy(changes: number, records: number): RereadStrategy {
  const ids = Math.ceil(changes / IDS);
  const bulk = bulkReadRequests(records);
  return { method: ids > bulk && records <= SURPLUS * changes ? 'bulk' : 'ids', ids, bulk };
}
