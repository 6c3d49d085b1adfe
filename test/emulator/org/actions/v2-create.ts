import type { EmulatorReply } from '../../server.ts';
import { jobJson } from '../bulk/job-json.ts';
import type { Job } from '../bulk/job.ts';
import { DELIMITERS } from '../bulk/process.ts';
import type { Call } from '../call.ts';
import { RestError } from '../errors.ts';
import { json } from '../replies.ts';
import { jsonBody } from './json-body.ts';

const OPERATIONS = ['insert', 'update', 'delete'];

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
  const stamp = state.stamp();
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
