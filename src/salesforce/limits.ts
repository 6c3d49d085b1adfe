import type { OrgLimits } from '../model/org-limits.ts';
import type { OrgSession } from './session.ts';

type Limit = { readonly Max?: number; readonly Remaining?: number };

/** What the org has left today (REST API Developer Guide, "Limits"): one request. */
export async function getLimits(session: OrgSession, signal: AbortSignal): Promise<OrgLimits> {
  const reply = await session.send({ api: 'rest', method: 'GET', path: 'limits', signal });
  const limits = JSON.parse(reply.body.toString()) as Readonly<Record<string, Limit>>;
  const read = (name: string): { max: number; remaining: number } => ({
    max: limits[name]?.Max ?? 0,
    remaining: limits[name]?.Remaining ?? 0,
  });
  return { apiRequests: read('DailyApiRequests'), batches: read('DailyBulkApiBatches') };
}
