import { awaitOutcomes } from './await-outcomes.ts';
import type { BatchFormat } from './batches.ts';
import type { BulkJobs } from './bulk-job.ts';
import { sendBatches } from './send.ts';
import { reconcileBatches } from './reconcile.ts';
import type { Transport } from './transport.ts';

/** Writes changes in batches of Bulk API jobs, which the org accepts first and processes later. */
export function bulkTransport(bulk: BulkJobs, format: BatchFormat): Transport {
  return {
    format,
    maxRecords: 10_000,
    retryRecords: 1000,
    reconcile: async (run, signal) => {
      await reconcileBatches(run, bulk, signal);
      // Batches of an earlier process may have left rows to retry.
      await awaitOutcomes(run, bulk, { deadline: 0, signal });
    },
    send: (run, batches, options) => sendBatches(run, bulk, batches, options),
    awaitOutcomes: (run, options) => awaitOutcomes(run, bulk, options),
  };
}
