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
    if (!batch.query) throw new BulkError('InvalidBatch', 'Records not processed');
    return xml(resultList(batch.query));
  }
  return job.contentType === 'CSV' ? csv(resultsCsv(batch.results)) : xml(resultsXml(batch.results));
}

/** GET …/result/{resultId}: a query's rows. */
export function getQueryResult(call: Call): EmulatorReply {
  const job = jobOf(call);
  const batch = batchOf(call, job);
  requireResults(batch);
  const id = call.params[2] ?? '';
  if (!batch.query || batch.query.id !== canonicalId(id))
    throw new BulkError('InvalidBatch', `Unable to find result: ${id}`);
  return job.contentType === 'CSV' ? csv(queryCsv(batch.query)) : xml(queryXml(job, batch.query));
}

function requireResults(batch: Batch): void {
  if (batch.state === 'Queued' || batch.state === 'InProgress')
    throw new BulkError('InvalidBatch', 'Batch not completed');
  if (batch.state === 'NotProcessed' || (batch.state === 'Failed' && batch.processed === 0)) {
    throw new BulkError('InvalidBatch', 'Records not processed');
  }
}
