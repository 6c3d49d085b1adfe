import { formatNumber } from '../model/format-number.ts';
import type { RunView } from './run-view.ts';

/** The API requests with the other API, estimated or after the fact: one line, or none. */
export function compareApis({ result, api, requestsBy }: RunView): string[] {
  if (!requestsBy) return [];
  const { rest, bulk } = requestsBy;
  if (result.dryRun)
    return [`--api rest would take ${formatNumber(rest)} API requests, --api bulk ${formatNumber(bulk)}.`];
  const other = api === 'rest' ? 'bulk' : 'rest';
  return [`With --api ${other} it would have been about ${formatNumber(requestsBy[other])}.`];
}
