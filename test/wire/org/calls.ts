import type { BulkClient } from '../../../src/salesforce/bulk-client.ts';
import { describeObject } from '../../../src/salesforce/describe.ts';
import { getLimits } from '../../../src/salesforce/limits.ts';
import { listJobs } from '../../../src/salesforce/list-jobs.ts';
import { queryPages } from '../../../src/salesforce/query.ts';
import { readInBulk } from '../../../src/salesforce/read-in-bulk.ts';
import { readRecords } from '../../../src/salesforce/read-records.ts';
import type { OrgSession } from '../../../src/salesforce/session.ts';
import { requireVersion } from '../../../src/salesforce/versions.ts';

const [JOB, BATCH] = ['750000000000001AAA', '751000000000001AAA'];
const ARTICLES = { sobject: 'Byline__c', urlField: 'Published_URL__c', fields: [] };

const STORED = { ...ARTICLES, fields: ['Tweets__c'] };
/** More than a query has room for. */
const IDS = Array.from({ length: 501 }, (_, index) => `a01000000000${String(index).padStart(3, '0')}AAA`);

type Call = (session: OrgSession, bulk: BulkClient, signal: AbortSignal) => Promise<unknown>;

/** What our clients of an org are asked to do, by the name an exchange calls it. */
export const CALLS: Readonly<Record<string, Call>> = {
  limits: (session, _, signal) => getLimits(session, signal),
  usage: async (session, _, signal) => {
    await session.send({ api: 'rest', method: 'GET', path: '', signal });
    return session.usage;
  },
  describe: (session, _, signal) => describeObject(session, 'Byline__c', signal),
  versions: (session, _, signal) => requireVersion(session, signal),
  query: (session, _, signal) => ids(queryPages(session, ARTICLES, signal)),
  'query-where': (session, _, signal) => ids(queryPages(session, { ...ARTICLES, where: 'A__c = 1' }, signal)),
  'bulk-query': (session, _, signal) => {
    const read = { sobject: 'Byline__c', fields: [], soql: () => 'SELECT Id FROM Byline__c' };
    return ids(readInBulk(session, { ...read, toRecord: ({ id }) => ({ id }) }, signal));
  },
  records: (session, _, signal) => readRecords(session, STORED, IDS, signal),
  'few-records': (session, _, signal) => readRecords(session, STORED, IDS.slice(0, 1), signal),
  'list-jobs': (session, _, signal) => listJobs(session, 'ingest', 'Parallel', signal),
  'create-job': (_, bulk, signal) => bulk.createJob('Parallel', signal),
  'add-batch': (_, bulk, signal) => bulk.addBatch(JOB, '<sObjects/>', signal),
  'list-batches': (_, bulk, signal) => bulk.listBatches(JOB, signal),
  results: (_, bulk, signal) => bulk.getResults(JOB, BATCH, signal),
};

async function ids(pages: AsyncIterable<readonly { readonly id: string }[]>): Promise<string[]> {
  const found: string[] = [];
  for await (const page of pages) found.push(...page.map(({ id }) => id));
  return found;
}
