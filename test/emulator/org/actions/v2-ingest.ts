import { jobJson, stateOf } from '../bulk/job-json.ts';
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

const bodies = new WeakMap<Job, Buffer>();

function jobOf({ state, params: [id = ''] }: Call): Job {
  state.scheduler.settle();
  const job = state.jobs.get(id);
  if (!job) throw notFound();
  return job;
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
