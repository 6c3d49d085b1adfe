import { batchOf, jobOf } from '../bulk/find.ts';
import { isQuery, type Batch } from '../bulk/job.ts';
import { queryCsv, queryXml, resultList, resultsCsv, resultsXml } from '../bulk/results.ts';
import type { Call } from '../call.ts';
import { canonicalId } from '../data/ids.ts';
import { BulkError } from '../errors.ts';
import { csv, xml } from '../replies.ts';
import type { EmulatorReply } from '../../server.ts';

/** GET …/result: the row results in input order, or a query's list of files. A Failed batch gives what was committed. */
export function getResult(call: Call): EmulatorReply {
  const job = jobOf(call);
  const batch = batchOf(call, job);
  requireResults(batch);
  if (isQuery(job)) {
    return xml(resultList(batch.files));
  }
  return job.contentType === 'CSV' ? csv(resultsCsv(batch.results)) : xml(resultsXml(batch.results));
}

/** GET …/result/{resultId}: a query's rows. */
export function getQueryResult(call: Call): EmulatorReply {
  const job = jobOf(call);
  const batch = batchOf(call, job);
  requireResults(batch);
  const id = call.params[2] ?? '';
  const file = batch.files.find((candidate) => candidate.id === canonicalId(id));
  if (!file) throw new BulkError('InvalidBatch', `Unable to find result: ${id}`);
  const isCsv = job.contentType === 'CSV';
  const stream = isCsv ? queryCsv(file) : queryXml(job, file);
  return { status: 200, headers: { 'content-type': isCsv ? 'text/csv' : 'application/xml' }, stream };
}

function requireResults(batch: Batch): void {
  if (batch.state === 'Queued' || batch.state === 'InProgress')
    throw new BulkError('InvalidBatch', 'Batch not completed');
  if (batch.state === 'NotProcessed' || (batch.state === 'Failed' && batch.processed === 0)) {
    throw new BulkError('InvalidBatch', 'Records not processed');
  }
}
