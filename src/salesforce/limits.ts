import type { OrgLimits } from '../model/org-limits.ts';
import { readJson } from './org-reply.ts';
import type { OrgSession } from './session.ts';

type Limit = { readonly Max?: number; readonly Remaining?: number };

/** What the org has left today (REST API Developer Guide, "Limits"): one request. */
export async function getLimits(session: OrgSession, signal: AbortSignal): Promise<OrgLimits> {
  const request = { api: 'rest', method: 'GET', path: 'limits', signal } as const;
  const limits = readJson<Readonly<Record<string, Limit>>>(await session.send(request), request);
  const read = (name: string): { max: number; remaining: number } => ({
    max: limits[name]?.Max ?? 0,
    remaining: limits[name]?.Remaining ?? 0,
  });
  return { apiRequests: read('DailyApiRequests'), batches: read('DailyBulkApiBatches') };
}
