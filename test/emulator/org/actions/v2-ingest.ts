import { DELIMITERS } from '../bulk/process.ts';
import type { Job } from '../bulk/job.ts';
import { errorText } from '../bulk/results.ts';
import type { Call } from '../call.ts';
import { csvLine } from '../csv.ts';
import { notFound, RestError } from '../errors.ts';
import { csv, empty, json } from '../replies.ts';
import type { EmulatorReply } from '../../server.ts';
import { abort } from './abort-job.ts';
import { queueBatch } from './add-batch.ts';
import { jsonBody } from './json-body.ts';

const OPERATIONS = ['insert', 'update', 'delete'];
const bodies = new WeakMap<Job, Buffer>();

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
function stateOf(job: Job): string {
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

function jobOf({ state, params: [id = ''] }: Call): Job {
  state.scheduler.settle();
  const job = state.jobs.get(id);
  if (!job) throw notFound();
  return job;
}

/** POST jobs/ingest. */
export function createIngestJob({ state, request, version }: Call): EmulatorReply {
  const given = jsonBody(request);
  const text = (key: string, fallback: string): string => (typeof given[key] === 'string' ? given[key] : fallback);
  const operation = text('operation', '');
  if (!OPERATIONS.includes(operation)) throw new RestError(400, 'INVALIDJOB', `The emulator does not ${operation}`);
  const schema = state.table(text('object', ''))?.schema;
  if (!schema)
    throw new RestError(400, 'INVALIDENTITY', `Entity '${text('object', '')}' is not supported by the Bulk API.`);
  const columnDelimiter = text('columnDelimiter', 'COMMA');
  if (DELIMITERS[columnDelimiter] === undefined) throw new RestError(400, 'INVALIDJOB', 'Invalid columnDelimiter');
  const stamp = state.now().toISOString();
  const job: Job = {
    id: state.ids.next('750'),
    api: 'v2',
    operation,
    schema,
    createdById: state.userId,
    createdDate: stamp,
    systemModstamp: stamp,
    state: 'Open',
    externalIdFieldName: undefined,
    concurrencyMode: 'Parallel',
    contentType: 'CSV',
    apiVersion: version,
    lineEnding: text('lineEnding', 'LF'),
    columnDelimiter,
    batches: [],
  };
  state.jobs.add(job);
  return json(jobJson(job));
}

/** PUT jobs/ingest/{id}/batches: the whole CSV, once. */
export function uploadIngestData(call: Call): EmulatorReply {
  const job = jobOf(call);
  if (job.state !== 'Open' || bodies.has(job)) {
    throw new RestError(400, 'INVALIDJOBSTATE', `Data can only be uploaded once to an Open job; it is ${stateOf(job)}`);
  }
  bodies.set(job, call.request.body);
  return empty(201);
}

/** PATCH jobs/ingest/{id}: UploadComplete starts the processing, Aborted ends the job. */
export function patchIngestJob(call: Call): EmulatorReply {
  const job = jobOf(call);
  const wanted = jsonBody(call.request)['state'];
  if (wanted === 'UploadComplete' && job.state === 'Open') {
    job.state = 'UploadComplete';
    call.state.usage.batchesUsed += 1;
    queueBatch(call.state, job, bodies.get(job) ?? Buffer.alloc(0));
  } else if (wanted === 'Aborted' && job.state !== 'Aborted') {
    abort(call.state, job);
  } else {
    throw new RestError(400, 'INVALIDJOBSTATE', `Job cannot go from ${stateOf(job)} to ${String(wanted)}`);
  }
  return json(jobJson(job));
}

/** GET jobs/ingest/{id}; v1 jobs answer too, as `jobType: Classic`. */
export const getIngestJob = (call: Call): EmulatorReply => json(jobJson(jobOf(call), true));

/** GET jobs/ingest/{id}/successfulResults | failedResults | unprocessedrecords: the uploaded columns, with `sf__` ones before. */
export function getIngestResults(call: Call): EmulatorReply {
  const which = (call.params[1] ?? '').toLowerCase();
  const [batch] = jobOf(call).batches;
  const { header = [], cells = [], results = [] } = batch ?? {};
  const first =
    which === 'successfulresults'
      ? ['sf__Id', 'sf__Created']
      : which === 'failedresults'
        ? ['sf__Id', 'sf__Error']
        : [];
  const lines = cells.flatMap((line, index) => {
    const result = results[index];
    if (which === 'unprocessedrecords') return result ? [] : [csvLine(line)];
    if (!result || result.success !== (which === 'successfulresults')) return [];
    const told = result.success ? String(result.created) : errorText(result.errors).replace(/:([^:]*) --$/, ':$1--');
    return [csvLine([result.id ?? '', told, ...line])];
  });
  return csv(csvLine([...first, ...header]) + lines.join(''));
}

/** DELETE jobs/ingest/{id}. */
export function deleteIngestJob(call: Call): EmulatorReply {
  call.state.jobs.delete(jobOf(call).id);
  return empty();
}
