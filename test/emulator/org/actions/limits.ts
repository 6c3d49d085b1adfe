import type { EmulatorReply } from '../../server.ts';
import type { Call } from '../call.ts';
import { json } from '../replies.ts';

type Limit = { readonly Max: number; readonly Remaining: number };

/** Salesforce counts most records as 2 KB, whatever they hold (help, "Data and File Storage Allocations"). */
const RECORD_KB = 2;

/** Until this version the batches of a day have the name of requests (recorded by clients of 29.0 to 48.0). */
const BATCHES_SINCE = 49;

/**
 * GET limits: `Max` and `Remaining`, both integers (REST guide, "Limits"). Where connected apps count for themselves, their
 * entries stand beside these two (recorded).
 */
export function limits({ state, version }: Call): EmulatorReply {
  const { usage, settings } = state;
  const records = state.allTables().reduce((sum, { size }) => sum + size, 0);
  const limit = (max: number, used = 0): Limit => ({ Max: max, Remaining: Math.max(0, max - used) });
  const withApps = (total: Limit): object => ({ ...total, Workbench: limit(0), 'Ant Migration Tool': limit(0) });
  const batches = Number(version) < BATCHES_SINCE ? 'DailyBulkApiRequests' : 'DailyBulkApiBatches';
  return json({
    DailyApiRequests: withApps(limit(usage.apiMax, usage.apiUsed)),
    DailyAsyncApexExecutions: limit(250_000),
    [batches]: withApps(limit(usage.batchesMax, usage.batchesUsed)),
    DailyBulkV2QueryFileStorageMB: limit(976_562),
    DailyBulkV2QueryJobs: limit(10_000),
    DataStorageMB: limit(settings.storageMb, Math.ceil((records * RECORD_KB) / 1024)),
    FileStorageMB: limit(20),
  });
}
