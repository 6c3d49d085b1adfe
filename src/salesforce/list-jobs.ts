import { bylineError } from '../errors.ts';
import { isUnreadable, nameRequest, readOrgJson } from './org-reply.ts';
import { SalesforceApiError } from './api-error.ts';
import type { OrgRequest, OrgSession } from './session.ts';

/** A job of Bulk API 1.0, as Bulk API 2.0 lists it. */
export type ListedJob = {
  readonly id: string;
  readonly object: string;
  readonly operation: string;
  readonly state: string;
  readonly createdById: string;
  /** When it was created, by the org's clock, in ISO 8601. */
  readonly createdDate: string;
};

type Page = { readonly records?: unknown; readonly nextRecordsUrl?: unknown };

/**
 * Bulk API 1.0 has no list of jobs, but those of Bulk API 2.0 include its jobs as `Classic` (Bulk API 2.0 reference,
 * "Get Information About All Ingest Jobs" and "… All Query Jobs"). All pages are read, because the newest job needn't
 * be on the first. If the org returns an error or anything else, the list ends there; entries that aren't jobs are
 * skipped. Throws an error if a page that names another one has no new job, because the list might never end.
 */
export async function listJobs(
  session: OrgSession,
  kind: 'ingest' | 'query',
  concurrencyMode: string,
  signal: AbortSignal,
): Promise<readonly ListedJob[]> {
  const jobs = new Map<string, ListedJob>();
  let path: string | undefined = `jobs/${kind}?jobType=Classic&concurrencyMode=${concurrencyMode}`;
  while (path !== undefined) {
    const request: OrgRequest = { api: 'rest', method: 'GET', path, signal };
    const { records, nextRecordsUrl } = await readPage(session, request);
    const known = jobs.size;
    if (Array.isArray(records)) for (const job of records.filter(isJob)) jobs.set(job.id, job);
    path = typeof nextRecordsUrl === 'string' && nextRecordsUrl !== '' ? nextRecordsUrl : undefined;
    if (path !== undefined && jobs.size === known)
      throw bylineError('orgAnswerUnreadable', [nameRequest(request), '200', STUCK]);
  }
  return [...jobs.values()];
}

const STUCK = 'a page without a new job that is not the last one';

/** A page of the list; empty if the org returns none. */
async function readPage(session: OrgSession, request: OrgRequest): Promise<Page> {
  try {
    return readOrgJson<Page>(await session.send(request), request);
  } catch (error) {
    if (error instanceof SalesforceApiError || isUnreadable(error)) return {};
    throw error;
  }
}

function isJob(value: unknown): value is ListedJob {
  const job = (value ?? {}) as Readonly<Record<string, unknown>>;
  const names = ['id', 'object', 'operation', 'state', 'createdById', 'createdDate'];
  return names.every((name) => typeof job[name] === 'string') && /^750\w{12}(?:\w{3})?$/.test(String(job['id']));
}
