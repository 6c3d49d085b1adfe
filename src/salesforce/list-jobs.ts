import { isUnreadable, readOrgJson } from './org-reply.ts';
import { SalesforceApiError } from './api-error.ts';
import type { OrgRequest, OrgSession } from './session.ts';

/** A job of Bulk API 1.0 as the list of Bulk API 2.0 tells of it. */
export type ListedJob = {
  readonly id: string;
  readonly object: string;
  readonly operation: string;
  readonly state: string;
  readonly createdById: string;
  /** When it was created, by the org's clock: ISO 8601. */
  readonly createdDate: string;
};

type Page = { readonly records?: unknown; readonly nextRecordsUrl?: unknown };

/**
 * Bulk API 1.0 has no list of jobs; those of Bulk API 2.0 show them as `Classic` (Bulk API 2.0 reference, "Get Information
 * About All Ingest Jobs" and "… All Query Jobs"). All pages are read: nothing says that the newest job is on the first.
 * Where the org does not answer it, or something else, the list ends there, and so it does where a page brings no job that
 * is new. What is no job is left out.
 */
export async function listJobs(
  session: OrgSession,
  kind: 'ingest' | 'query',
  concurrencyMode: string,
  signal: AbortSignal,
): Promise<readonly ListedJob[]> {
  const jobs = new Map<string, ListedJob>();
  try {
    let path: string | undefined = `jobs/${kind}?jobType=Classic&concurrencyMode=${concurrencyMode}`;
    while (path) {
      const request: OrgRequest = { api: 'rest', method: 'GET', path, signal };
      const { records, nextRecordsUrl }: Page = readOrgJson<Page>(await session.send(request), request);
      const known = jobs.size;
      if (Array.isArray(records)) for (const job of records.filter(isJob)) jobs.set(job.id, job);
      path = typeof nextRecordsUrl === 'string' && jobs.size > known ? nextRecordsUrl : undefined;
    }
  } catch (error) {
    if (!(error instanceof SalesforceApiError || isUnreadable(error))) throw error;
  }
  return [...jobs.values()];
}

function isJob(value: unknown): value is ListedJob {
  const job = (value ?? {}) as Readonly<Record<string, unknown>>;
  const names = ['id', 'object', 'operation', 'state', 'createdById', 'createdDate'];
  return names.every((name) => typeof job[name] === 'string') && /^750\w{12}(?:\w{3})?$/.test(String(job['id']));
}
