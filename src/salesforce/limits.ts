import type { Limit, OrgLimits } from '../model/org-limits.ts';
import { readOrgJson } from './org-reply.ts';
import { SalesforceApiError } from './api-error.ts';
import type { OrgSession } from './session.ts';

/** The daily batches; API versions before 49.0 use the second name. */
const BATCHES = ['DailyBulkApiBatches', 'DailyBulkApiRequests'] as const;

/**
 * What the org has left today (REST API Developer Guide, "Limits"), in one request. `null` if the user lacks the
 * permission "View Setup and Configuration", which a run doesn't need.
 */
export async function getLimits(session: OrgSession, signal: AbortSignal): Promise<OrgLimits | null> {
  const request = { api: 'rest', method: 'GET', path: 'limits', signal } as const;
  const reply = await session.send(request).catch((error: unknown) => {
    if (error instanceof SalesforceApiError) return null;
    throw error;
  });
  if (!reply) return null;
  const limits = readOrgJson<Readonly<Record<string, unknown>>>(reply, request);
  const [batches = null] = BATCHES.flatMap((name) => readLimit(limits[name]) ?? []);
  const storage = readLimit(limits['DataStorageMB']);
  return { apiRequests: readLimit(limits['DailyApiRequests']), batches, storage };
}

/** A limit; `null` if it is missing. Its entry may also have entries of connected apps. */
function readLimit(value: unknown): Limit | null {
  const { Max: max, Remaining: remaining } = (value ?? {}) as { readonly Max?: unknown; readonly Remaining?: unknown };
  return typeof max === 'number' && typeof remaining === 'number' ? { max, remaining } : null;
}
