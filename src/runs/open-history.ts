import type { HistorySettings } from '../model/history.ts';
import { describeObject } from '../salesforce/describe.ts';
import { checkHistory } from '../salesforce/describe-history.ts';
import type { RunContext } from './run-context.ts';

/**
 * Asks the org whether the history of records of `parent` can be kept as `wanted`, before anything is read or written.
 * Returns it with all names in the org's spelling. Throws an error naming what does not fit.
 */
export async function openHistory(
  { org: { session }, signal }: RunContext,
  parent: string,
  wanted: HistorySettings,
): Promise<HistorySettings> {
  return checkHistory(await describeObject(session, wanted.sobject, signal), parent, wanted);
}
