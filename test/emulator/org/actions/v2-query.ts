import type { EmulatorReply } from '../../server.ts';
import type { QueryFile } from '../bulk/job.ts';
import { queryFiles } from '../bulk/query-files.ts';
import { queryCsv } from '../bulk/results.ts';
import type { Call } from '../call.ts';
import { notFound, RestError } from '../errors.ts';
import { csv, json } from '../replies.ts';
import { runQuery } from '../soql/query.ts';
import type { OrgState } from '../state.ts';
import { jsonBody } from './json-body.ts';

/** Rows of a page of results where the client names no number; what the platform takes depends on their size. */
const PAGE = 100_000;

type QueryJob = {
  readonly info: Readonly<Record<string, unknown>>;
  readonly file: QueryFile;
  readonly doneAt: number;
};

/** The query jobs of Bulk API 2.0, which no other resource knows. */
const jobs = new WeakMap<OrgState, Map<string, QueryJob>>();

/** POST jobs/query (Bulk API 2.0 guide, "Create a Query Job"): the query is run at once, and told to be done later. */
export function createQueryJob({ state, request, version }: Call): EmulatorReply {
  const given = jsonBody(request);
  const operation = given['operation'];
  if (operation !== 'query' && operation !== 'queryAll') {
    throw new RestError(400, 'INVALIDJOB', `The emulator does not ${String(operation)}`);
  }
  const result = runQuery(state, String(given['query']));
  if (result.kind !== 'rows') throw new RestError(400, 'API_ERROR', 'Aggregate queries are not supported');
  const stamp = state.stamp().replace('Z', '+0000');
  const info = {
    ...{ id: state.ids.next('750'), operation, object: result.table.schema.name, createdById: state.userId },
    ...{ createdDate: stamp, systemModstamp: stamp, state: 'UploadComplete', concurrencyMode: 'Parallel' },
    ...{ contentType: 'CSV', apiVersion: Number(version), lineEnding: 'LF', columnDelimiter: 'COMMA' },
  };
  const job = {
    info,
    file: queryFiles(state, result, Infinity)[0]!,
    doneAt: state.now().getTime() + state.settings.batchMs,
  };
  const known = jobs.get(state) ?? new Map<string, QueryJob>();
  jobs.set(state, known.set(info.id, job));
  return json(info);
}

function jobOf({ state, params: [id = ''] }: Call): QueryJob {
  const job = jobs.get(state)?.get(id);
  if (!job) throw notFound();
  return job;
}

const isDone = (state: OrgState, { doneAt }: QueryJob): boolean => state.now().getTime() >= doneAt;

/** GET jobs/query/{id}. */
export function getQueryJob(call: Call): EmulatorReply {
  const job = jobOf(call);
  const done = isDone(call.state, job);
  return json({
    ...job.info,
    state: done ? 'JobComplete' : 'InProgress',
    jobType: 'V2Query',
    ...(done ? { numberRecordsProcessed: job.file.rows.length, retries: 0, totalProcessingTime: 1 } : {}),
  });
}

/** GET jobs/query/{id}/results: a page of CSV; the headers tell how to ask for the next, `null` where there is none. */
export function getQueryJobResults(call: Call): EmulatorReply {
  const job = jobOf(call);
  if (!isDone(call.state, job)) throw new RestError(400, 'INVALIDJOBSTATE', 'The query job is not complete');
  const { query } = call.request;
  const from = Number(Buffer.from(query.get('locator') ?? '', 'base64').toString());
  const rows = job.file.rows.slice(from, from + Number(query.get('maxRecords') ?? PAGE));
  const next = from + rows.length;
  const reply = csv([...queryCsv({ ...job.file, rows })].join(''));
  const locator =
    next < job.file.rows.length ? Buffer.from(String(next)).toString('base64').replace(/=+$/, '') : 'null';
  const headers = { 'sforce-locator': locator, 'sforce-numberofrecords': String(rows.length) };
  return { ...reply, headers: { ...reply.headers, ...headers } };
}
