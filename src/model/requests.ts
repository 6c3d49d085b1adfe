import { forecastJob } from './forecast.ts';
import type { WriteApi } from './run-facts.ts';

/** Records in a request of sObject collections (REST API Developer Guide, "Update Records Using sObject Collections"). */
export const COLLECTION_RECORDS = 200;

/** API requests that sObject collections take to write changes: one for each, as its outcomes come with the answer. */
export function requestsOfCollections(changes: number, batchSize: number): number {
  return Math.ceil(changes / Math.min(batchSize, COLLECTION_RECORDS));
}

/** API requests it takes to write changes one way or the other, where nothing goes wrong. */
export function requestsToWrite(api: WriteApi, changes: number, batchSize: number): number {
  return api === 'rest' ? requestsOfCollections(changes, batchSize) : forecastJob(changes, batchSize).requests;
}
