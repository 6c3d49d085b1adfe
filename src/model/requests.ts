import { forecastJob } from './forecast.ts';
import type { WriteApi } from './run-facts.ts';

/**
 * Records in a request of sObject Collections (REST API Developer Guide, "Update Records Using sObject Collections").
 */
export const COLLECTION_RECORDS = 200;

/**
 * API requests to write changes with sObject Collections: one for each request body, because the outcome comes with the
 * answer.
 */
export function requestsOfCollections(changes: number, batchSize: number): number {
  return Math.ceil(changes / Math.min(batchSize, COLLECTION_RECORDS));
}

/** What is written: changes of records, and their history rows. Each has its own job or requests. */
export type Writes = { readonly changes: number; readonly history: number };

/** API requests to write them with an API, if nothing fails. */
export function requestsToWrite(api: WriteApi, { changes, history }: Writes, batchSize: number): number {
  const take = (rows: number): number =>
    api === 'rest' ? requestsOfCollections(rows, batchSize) : forecastJob(rows, batchSize).requests;
  return take(changes) + take(history);
}

/** Batches of the org's allocation to write them; none over the REST API. */
export function batchesToWrite(api: WriteApi, { changes, history }: Writes, batchSize: number): number {
  return api === 'rest' ? 0 : forecastJob(changes, batchSize).batches + forecastJob(history, batchSize).batches;
}

/** Kilobytes of data storage for any record (Salesforce Help, "Data and File Storage Allocations"). */
const RECORD_KB = 2;

/** Megabytes of data storage for new records. */
export const storageMb = (records: number): number => (records * RECORD_KB) / 1024;
