import { formatNumber } from '../model/format-number.ts';
import type { RunView } from './run-view.ts';

/** What the changes would take, or would have taken, by the other way to write them: one line, or none. */
export function compareApis({ result, api, requestsBy }: RunView): string[] {
  if (!requestsBy) return [];
  const { rest, bulk } = requestsBy;
  if (result.dryRun)
    return [`--api rest would take ${formatNumber(rest)} API requests, --api bulk ${formatNumber(bulk)}.`];
  const other = api === 'rest' ? 'bulk' : 'rest';
  return [`With --api ${other} it would have been about ${formatNumber(requestsBy[other])}.`];
}
