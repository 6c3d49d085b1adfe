import type { EmulatorReply } from '../../server.ts';
import type { Call } from '../call.ts';
import { json } from '../replies.ts';

/** GET limits: `Max` and `Remaining`, both integers (REST guide, "Limits"). */
export function limits({ state: { usage } }: Call): EmulatorReply {
  const limit = (max: number, used = 0): { Max: number; Remaining: number } => ({
    Max: max,
    Remaining: Math.max(0, max - used),
  });
  return json({
    DailyApiRequests: limit(usage.apiMax, usage.apiUsed),
    DailyAsyncApexExecutions: limit(250_000),
    DailyBulkApiBatches: limit(usage.batchesMax, usage.batchesUsed),
    DailyBulkV2QueryFileStorageMB: limit(976_562),
    DailyBulkV2QueryJobs: limit(10_000),
    DataStorageMB: limit(5),
    FileStorageMB: limit(20),
  });
}
