import { jobInfoList } from '../bulk/info.ts';
import type { Call } from '../call.ts';
import { json, xml } from '../replies.ts';
import type { EmulatorReply } from '../../server.ts';
import { jobJson } from '../bulk/job-json.ts';

const TYPES: Readonly<Record<string, 'v1' | 'v2'>> = { Classic: 'v1', V2Ingest: 'v2' };

/** GET /services/async/{version}/jobs: not in the guide, used by ForceCLI; the root's name is a guess. */
export function listJobs({ state }: Call): EmulatorReply {
  state.scheduler.settle();
  return xml(jobInfoList(state.jobs.all().filter((job) => job.api === 'v1')));
}

/**
 * GET /services/data/v{version}/jobs/ingest?jobType=Classic, and jobs/query (Bulk API 2.0 guide, "Get Information About All
 * Ingest Jobs", "… All Query Jobs"): under either, the jobs of version 1 of both kinds.
 */
export function listIngestJobs({ state, request }: Call): EmulatorReply {
  state.scheduler.settle();
  const api = TYPES[request.query.get('jobType') ?? ''];
  const jobs = state.jobs.all().filter((job) => api === undefined || job.api === api);
  return json({ done: true, nextRecordsUrl: null, records: jobs.map((job) => jobJson(job)) });
}
