/** The most rows of one bulk query: with less than 500 bytes each its result stays in one file, below the org's 1 GB. */
export const MAX_ROWS = 2_000_000;
/**
 * API requests of a bulk query: creating the job, its batch, closing it, some four polls, the list of its results and the
 * result itself.
 */
const QUERY_REQUESTS = 9;

/** API requests of reading so many records by bulk queries. */
export function bulkReadRequests(records: number): number {
  return Math.max(1, Math.ceil(records / MAX_ROWS)) * QUERY_REQUESTS;
}

/** How the records still to come are read, and what each way takes in API requests. */
export type ReadStrategy = { readonly method: 'pages' | 'bulk'; readonly pages: number; readonly bulk: number };

/** The way that takes fewer API requests, by the number of records in all and the size of the first page. */
export function chooseReadStrategy(total: number, pageSize: number): ReadStrategy {
  const left = Math.max(0, total - pageSize);
  const pages = Math.ceil(left / Math.max(1, pageSize));
  const bulk = bulkReadRequests(left);
  return { method: pages > bulk ? 'bulk' : 'pages', pages, bulk };
}

/**
 * Ids in one request for the records of a plan (REST API Developer Guide, "Get Records With a Request Body Using sObject
 * Collections").
 */
export const IDS = 2000;
/** So many times more records than changes are read, to save requests, and no more: each takes its time. */
const SURPLUS = 20;

/** Whether a plan of so many changes may be worth a bulk query, so that it pays to ask how many records there are. */
export const isWorthCounting = (changes: number): boolean => Math.ceil(changes / IDS) > bulkReadRequests(changes) + 1;

/** How the records of a plan are read again, and what each way takes in API requests. */
export type RereadStrategy = { readonly method: 'ids' | 'bulk'; readonly ids: number; readonly bulk: number };

/**
 * The way that takes fewer API requests for so many changes among so many records between the first and the last of them;
 * unless nearly all the records would be read in vain.
 */
export function chooseRereadStrategy(changes: number, records: number): RereadStrategy {
  const ids = Math.ceil(changes / IDS);
  const bulk = bulkReadRequests(records);
  return { method: ids > bulk && records <= SURPLUS * changes ? 'bulk' : 'ids', ids, bulk };
}
