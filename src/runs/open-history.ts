import type { HistorySettings } from '../model/history.ts';
import { describeObject } from '../salesforce/describe.ts';
import { checkHistory } from '../salesforce/describe-history.ts';
import type { RunContext } from './run-context.ts';

/**
 * Checks, before anything is read or written, that the org can keep the history of `parent` as `wanted`. Returns it
 * with all names in the org's spelling. Throws an error naming what doesn't fit.
 */
export async function openHistory(
  { org: { session }, signal }: RunContext,
  parent: string,
  wanted: HistorySettings,
): Promise<HistorySettings> {
  return checkHistory(await describeObject(session, wanted.sobject, signal), parent, wanted);
}
