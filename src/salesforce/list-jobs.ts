import { Refusal } from './refusal.ts';
import type { OrgSession } from './session.ts';

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

type Page = { readonly records?: readonly ListedJob[]; readonly nextRecordsUrl?: string | null };

/**
 * Bulk API 1.0 has no list of jobs; those of Bulk API 2.0 show them as `Classic` (Bulk API 2.0 reference, "Get Information
 * About All Ingest Jobs" and "… All Query Jobs"). All pages are read: nothing says that the newest job is on the first.
 * Where the org does not answer it, the list is empty.
 */
export async function listJobs(
  session: OrgSession,
  kind: 'ingest' | 'query',
  concurrencyMode: string,
  signal: AbortSignal,
): Promise<readonly ListedJob[]> {
  const jobs: ListedJob[] = [];
  try {
    let path: string | null | undefined = `jobs/${kind}?jobType=Classic&concurrencyMode=${concurrencyMode}`;
    while (path) {
      const reply = await session.send({ api: 'rest', method: 'GET', path, signal });
      const page = JSON.parse(reply.body.toString()) as Page;
      jobs.push(...(page.records ?? []));
      path = page.nextRecordsUrl;
    }
  } catch (error) {
    if (!(error instanceof Refusal || error instanceof SyntaxError)) throw error;
  }
  return jobs;
}
