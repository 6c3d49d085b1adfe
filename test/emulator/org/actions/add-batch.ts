import { jobOf, requireJobVersion } from '../bulk/find.ts';
import { batchInfo } from '../bulk/info.ts';
import { newBatch, type Batch, type Job } from '../bulk/job.ts';
import { processBatch } from '../bulk/process.ts';
import { mediaType } from '../bulk/read-job.ts';
import type { Call } from '../call.ts';
import { BulkError } from '../errors.ts';
import { xml } from '../replies.ts';
import type { OrgState } from '../state.ts';
import type { EmulatorReply } from '../../server.ts';

const MEDIA_TYPES: Readonly<Record<string, string>> = { XML: 'application/xml', CSV: 'text/csv' };

/** POST job/{id}/batch: stores the bytes and answers Queued; what they hold is looked at when the batch is processed. */
export function addBatch(call: Call): EmulatorReply {
  const { state, request } = call;
  const job = jobOf(call);
  requireJobVersion(call, job);
  const type = mediaType(request);
  if (type !== MEDIA_TYPES[job.contentType]) {
    throw new BulkError(
      'InvalidBatch',
      `Content type '${type}' does not match the content type ${job.contentType} of the job`,
    );
  }
  if (request.body.length === 0) {
    throw new BulkError('ClientInputError', 'Unable to find any data to create batch');
  }
  const { bytesPerBatch } = state.settings.limits;
  if (request.body.length > bytesPerBatch) {
    throw new BulkError('ClientInputError', `Failed to read request. Exceeded max size limit of ${bytesPerBatch}`);
  }
  // A batch refused for its job's state still uses up one of the day.
  if (state.usage.batchesUsed >= state.usage.batchesMax) {
    throw new BulkError('ExceededQuota', 'ApiBatchItems Limit exceeded');
  }
  state.usage.batchesUsed += 1;
  if (job.state !== 'Open') {
    const message = `Failed to create batch, since the Job is not Open. Current job state is '${job.state}'`;
    throw new BulkError('InvalidJobState', message);
  }
  return xml(batchInfo(queueBatch(state, job, request.body)), 201);
}

/** Puts a body in the job's queue. */
export function queueBatch(state: OrgState, job: Job, body: Buffer): Batch {
  const batch = newBatch(state.ids.next('751'), job.id, body, state.stamp(), state.told.takeBatchFailure());
  job.batches.push(batch);
  const serial = job.concurrencyMode === 'Serial' || state.settings.serialProcessing;
  state.scheduler.add({
    id: batch.id,
    lane: serial ? job.id : undefined,
    wanted: () => batch.state === 'Queued',
    begin: () => (batch.state = 'InProgress'),
    finish: () => processBatch(state, job, batch),
  });
  return batch;
}
