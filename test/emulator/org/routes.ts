import { addBatch } from './actions/add-batch.ts';
import { changeJobState } from './actions/close-job.ts';
import { updateCollection, upsertCollection } from './actions/collections.ts';
import { createJob } from './actions/create-job.ts';
import { describe, describeGlobal } from './actions/describe.ts';
import { getBatch } from './actions/get-batch.ts';
import { getJob } from './actions/get-job.ts';
import { getRequest } from './actions/get-request.ts';
import { getQueryResult, getResult } from './actions/get-result.ts';
import { limits } from './actions/limits.ts';
import { listBatches } from './actions/list-batches.ts';
import { listIngestJobs, listJobs } from './actions/list-jobs.ts';
import { revoke, token, userInfo } from './actions/oauth.ts';
import { query, queryMore } from './actions/query.ts';
import { deleteRecord, getRecord, patchRecord, postRecord } from './actions/record.ts';
import { createIngestJob } from './actions/v2-create.ts';
import {
  deleteIngestJob,
  getIngestJob,
  getIngestResults,
  patchIngestJob,
  uploadIngestData,
} from './actions/v2-ingest.ts';
import { createQueryJob, getQueryJob, getQueryJobResults } from './actions/v2-query.ts';
import { retrieveCollection } from './actions/retrieve.ts';
import { resources, versions } from './actions/versions.ts';
import type { EmulatorRequest } from '../server.ts';
import type { Action } from './call.ts';

/** Which rules of session, version and errors hold for a request. */
export type Family = 'open' | 'rest' | 'bulk';

type RouteSpec = readonly [method: string, pattern: RegExp, kind: string, action: Action];

const ID = '([0-9A-Za-z]+)';
const path = (pattern: string): RegExp => new RegExp(`^${pattern}/?$`);

/** Outside the versioned APIs: no session is checked before the action. */
const OPEN: readonly RouteSpec[] = [
  ['GET', path('/services/data'), 'versions', versions],
  ['GET', path('/services/oauth2/userinfo'), 'userinfo', userInfo],
  ['POST', path('/services/oauth2/userinfo'), 'userinfo', userInfo],
  ['GET', path(`/id/${ID}/${ID}`), 'identity', userInfo],
  ['POST', path('/services/oauth2/token'), 'token', token],
  ['POST', path('/services/oauth2/revoke'), 'revoke', revoke],
  ['GET', path('/services/oauth2/revoke'), 'revoke', revoke],
];

/** After `/services/data/vNN.0`. */
const REST: readonly RouteSpec[] = [
  ['GET', path(''), 'resources', resources],
  ['GET', path('/query'), 'query', query],
  ['GET', path('/queryAll'), 'query', query],
  ['GET', path('/tooling/query'), 'tooling-query', query],
  ['GET', path(`/query(?:All)?/${ID}-(\\d+)`), 'query-more', queryMore],
  ['GET', path('/sobjects'), 'describe-global', describeGlobal],
  ['GET', path('/sobjects/(\\w+)/describe'), 'describe', describe],
  ['GET', path(`/sobjects/(User)/${ID}`), 'user', getRecord],
  ['POST', path('/sobjects/(\\w+)'), 'record', postRecord],
  ['GET', path(`/sobjects/(\\w+)/${ID}`), 'record', getRecord],
  ['PATCH', path(`/sobjects/(\\w+)/${ID}`), 'record', patchRecord],
  ['DELETE', path(`/sobjects/(\\w+)/${ID}`), 'record', deleteRecord],
  ['GET', path('/limits'), 'limits', limits],
  ['PATCH', path('/composite/sobjects'), 'collections', updateCollection],
  ['PATCH', path('/composite/sobjects/(\\w+)/(\\w+)'), 'upsert-collection', upsertCollection],
  ['POST', path('/composite/sobjects/(\\w+)'), 'retrieve', retrieveCollection],
  ['POST', path('/jobs/ingest'), 'v2-create', createIngestJob],
  ['GET', path('/jobs/ingest'), 'list-jobs', listIngestJobs],
  ['PUT', path(`/jobs/ingest/${ID}/batches`), 'v2-upload', uploadIngestData],
  ['PATCH', path(`/jobs/ingest/${ID}`), 'v2-patch', patchIngestJob],
  ['GET', path(`/jobs/ingest/${ID}`), 'v2-get', getIngestJob],
  [
    'GET',
    path(`/jobs/ingest/${ID}/(successfulResults|failedResults|unprocessedrecords)`),
    'v2-results',
    getIngestResults,
  ],
  ['DELETE', path(`/jobs/ingest/${ID}`), 'v2-delete', deleteIngestJob],
  ['POST', path('/jobs/query'), 'v2-query', createQueryJob],
  ['GET', path('/jobs/query'), 'list-jobs', listIngestJobs],
  ['GET', path(`/jobs/query/${ID}`), 'v2-get-query', getQueryJob],
  ['GET', path(`/jobs/query/${ID}/results`), 'v2-query-results', getQueryJobResults],
];

/** After `/services/async/NN.0`; a slash at the end is fine, as WSC and Data Loader send it. */
const BULK: readonly RouteSpec[] = [
  ['GET', path('/jobs'), 'list-jobs', listJobs],
  ['POST', path('/job'), 'create-job', createJob],
  ['POST', path(`/job/${ID}`), 'close-job', changeJobState],
  ['GET', path(`/job/${ID}`), 'get-job', getJob],
  ['POST', path(`/job/${ID}/batch`), 'add-batch', addBatch],
  ['GET', path(`/job/${ID}/batch`), 'list-batches', listBatches],
  ['GET', path(`/job/${ID}/batch/${ID}`), 'get-batch', getBatch],
  ['GET', path(`/job/${ID}/batch/${ID}/request`), 'get-request', getRequest],
  ['GET', path(`/job/${ID}/batch/${ID}/result`), 'get-result', getResult],
  ['GET', path(`/job/${ID}/batch/${ID}/result/${ID}`), 'get-query-result', getQueryResult],
];

/** Where a request leads. Without `action` there is no such resource, or (`known`) not by this method. */
export type Match = {
  readonly family: Family;
  readonly version: string;
  readonly kind: string;
  readonly params: readonly string[];
  readonly action?: Action;
  readonly known: boolean;
};

/** The family of the requests of a kind. */
export function familyOf(kind: string): Family {
  const isOf = (routes: readonly RouteSpec[]): boolean => routes.some(([, , name]) => name === kind);
  if (isOf(REST)) return 'rest';
  return isOf(BULK) || kind === 'abort-job' ? 'bulk' : 'open';
}

/** Finds the route of a request; closing and aborting share one, and are told apart by their body. */
export function match(request: EmulatorRequest): Match {
  const rest = /^\/services\/data\/v([^/]+)(\/.*)?$/.exec(request.path);
  if (rest) return among(REST, 'rest', rest[1] ?? '', rest[2] ?? '', request);
  const bulk = /^\/services\/async\/([^/]+)(\/.*)?$/.exec(request.path);
  if (bulk) return among(BULK, 'bulk', bulk[1] ?? '', bulk[2] ?? '', request);
  return among(OPEN, 'open', '', request.path, request);
}

function among(
  routes: readonly RouteSpec[],
  family: Family,
  version: string,
  rest: string,
  request: EmulatorRequest,
): Match {
  const matching = routes.filter(([, pattern]) => pattern.test(rest));
  const found = matching.find(
    ([method]) => method === request.method || (method === 'GET' && request.method === 'HEAD'),
  );
  if (!found) return { family, version, kind: 'unknown', params: [], known: matching.length > 0 };
  const [, pattern, kind, action] = found;
  const params = (pattern.exec(rest) ?? []).slice(1);
  const aborts = kind === 'close-job' && /<(?:\w+:)?state>\s*Aborted/.test(request.body.toString('utf8'));
  return { family, version, kind: aborts ? 'abort-job' : kind, params, action, known: true };
}
