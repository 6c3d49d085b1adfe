import type { Job } from './job.ts';

/** A job as Bulk API 2.0 prints it (guide, "Get Job Info"); the counters come only with the single job. */
export function jobJson(job: Job, counters = false): Record<string, unknown> {
  const [batch] = job.batches;
  return {
    id: job.id,
    operation: job.operation,
    object: job.schema.name,
    createdById: job.createdById,
    createdDate: job.createdDate.replace('Z', '+0000'),
    systemModstamp: job.systemModstamp.replace('Z', '+0000'),
    state: stateOf(job),
    concurrencyMode: job.concurrencyMode,
    contentType: job.contentType,
    apiVersion: Number(job.apiVersion),
    jobType: job.api === 'v2' ? 'V2Ingest' : 'Classic',
    ...(job.api === 'v2' && job.state === 'Open'
      ? { contentUrl: `services/data/v${job.apiVersion}/jobs/ingest/${job.id}/batches` }
      : {}),
    lineEnding: job.lineEnding,
    columnDelimiter: job.columnDelimiter,
    ...(counters
      ? {
          ...(batch?.stateMessage === undefined ? {} : { errorMessage: batch.stateMessage }),
          retries: 0,
          totalProcessingTime: batch?.milliseconds ?? 0,
          apiActiveProcessingTime: batch?.milliseconds ?? 0,
          apexProcessingTime: 0,
          numberRecordsProcessed: job.batches.reduce((sum, { processed }) => sum + processed, 0),
          numberRecordsFailed: job.batches.reduce((sum, { failed }) => sum + failed, 0),
        }
      : {}),
  };
}

/** A 2.0 job's state follows the one batch the org made of its upload. */
export function stateOf(job: Job): string {
  if (job.api === 'v1' || job.state !== 'UploadComplete') return job.state;
  switch (job.batches[0]?.state) {
    case 'InProgress':
      return 'InProgress';
    case 'Completed':
      return 'JobComplete';
    case 'Failed':
      return 'Failed';
    case 'Queued':
    case 'NotProcessed':
    case undefined:
      return 'UploadComplete';
  }
}
