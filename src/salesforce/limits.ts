import type { OrgLimits } from '../model/org-limits.ts';
import { readJson } from './org-reply.ts';
import { Refusal } from './refusal.ts';
import type { OrgSession } from './session.ts';

type Limit = { readonly Max?: number; readonly Remaining?: number };

/**
 * What the org has left today (REST API Developer Guide, "Limits"): one request. `null` where the org does not tell: it
 * asks for the permission "View Setup and Configuration", which a run does not need.
 */
export async function getLimits(session: OrgSession, signal: AbortSignal): Promise<OrgLimits | null> {
  const request = { api: 'rest', method: 'GET', path: 'limits', signal } as const;
  const reply = await session.send(request).catch((error: unknown) => {
    if (error instanceof Refusal) return null;
    throw error;
  });
  if (!reply) return null;
  const limits = readJson<Readonly<Record<string, Limit>>>(reply, request);
  const read = (name: string): { max: number; remaining: number } => ({
    max: limits[name]?.Max ?? 0,
    remaining: limits[name]?.Remaining ?? 0,
  });
  return { apiRequests: read('DailyApiRequests'), batches: read('DailyBulkApiBatches') };
}
