import { batchOf, jobOf } from '../bulk/find.ts';
import type { Call } from '../call.ts';
import { BulkError } from '../errors.ts';
import type { EmulatorReply } from '../../server.ts';

/** GET job/{id}/batch/{batchId}/request: the body as it was posted. */
export function getRequest(call: Call): EmulatorReply {
  const job = jobOf(call);
  const { body } = batchOf(call, job);
  if (body === undefined) throw new BulkError('InvalidBatch', 'The request was not kept');
  return { status: 200, headers: { 'content-type': job.contentType === 'CSV' ? 'text/csv' : 'application/xml' }, body };
}
