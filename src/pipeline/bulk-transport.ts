import { awaitOutcomes } from './await-outcomes.ts';
import type { BatchFormat } from './batches.ts';
import type { BulkJobs } from './bulk-job.ts';
import { sendBatches } from './send.ts';
import { reconcileBatches } from './reconcile.ts';
import type { Transport } from './transport.ts';

/** Changes travel in the batches of Bulk API jobs: accepted first, processed in the org's own time, and asked about then. */
export function bulkTransport(bulk: BulkJobs, format: BatchFormat): Transport {
  return {
    format,
    maxRecords: 10_000,
    retryRecords: 1000,
    reconcile: async (run, signal) => {
      await reconcileBatches(run, bulk, signal);
      // What an earlier process did not live to see may have left rows to send again.
      await awaitOutcomes(run, bulk, { deadline: 0, signal });
    },
    send: (run, batches, options) => sendBatches(run, bulk, batches, options),
    awaitOutcomes: (run, options) => awaitOutcomes(run, bulk, options),
  };
}
