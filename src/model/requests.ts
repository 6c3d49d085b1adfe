import { forecastJob } from './forecast.ts';
import type { WriteApi } from './run-facts.ts';

/** Records in a request of sObject collections (REST API Developer Guide, "Update Records Using sObject Collections"). */
export const COLLECTION_RECORDS = 200;

/** API requests that sObject collections take to write changes: one for each, as its outcomes come with the answer. */
export function requestsOfCollections(changes: number, batchSize: number): number {
  return Math.ceil(changes / Math.min(batchSize, COLLECTION_RECORDS));
}

/** What is written: changes of records, and rows of their history, each in a job or in requests of its own. */
export type Writes = { readonly changes: number; readonly history: number };

/** API requests it takes to write them one way or the other, where nothing goes wrong. */
export function requestsToWrite(api: WriteApi, { changes, history }: Writes, batchSize: number): number {
  const take = (rows: number): number =>
    api === 'rest' ? requestsOfCollections(rows, batchSize) : forecastJob(rows, batchSize).requests;
  return take(changes) + take(history);
}

/** Batches of the org's allocation it takes to write them; over the REST API none. */
export function batchesToWrite(api: WriteApi, { changes, history }: Writes, batchSize: number): number {
  return api === 'rest' ? 0 : forecastJob(changes, batchSize).batches + forecastJob(history, batchSize).batches;
}

/** Kilobytes of data storage that a record takes, whatever it holds (Salesforce Help, "Data and File Storage Allocations"). */
const RECORD_KB = 2;

/** Megabytes of data storage that new records take. */
export const storageMb = (records: number): number => (records * RECORD_KB) / 1024;
