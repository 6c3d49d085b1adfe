// The same upload with jsforce's client of Bulk API 1.0, which leaves cutting batches and running several to its caller.
// node bench/clients/jsforce.ts PLAN URL TOKEN
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Connection } from '@jsforce/jsforce-node';

type Record = { readonly Id: string } & { [field: string]: unknown };
type Change = { readonly id: string; readonly fields: Readonly<{ [name: string]: readonly [unknown, unknown] }> };

const BATCH = 10_000;
const UPLOADS = 3;
const [POLL_MS, TIMEOUT_MS] = [100, 600_000];

const [plan = '', url = '', token = ''] = process.argv.slice(2);
const connection = new Connection({ instanceUrl: url, accessToken: token, version: '64.0' });
const job = connection.bulk.createJob('Byline__c', 'update');
const uploads = new Set<Promise<void>>();
let records: Record[] = [];
let updated = 0;
for await (const line of createInterface({ input: createReadStream(plan) })) {
  const { changes } = JSON.parse(line) as { changes?: readonly Change[] };
  for (const { id, fields } of changes ?? []) {
    const record: Record = { Id: id };
    for (const name in fields) record[name] = fields[name]![1];
    records.push(record);
    if (records.length === BATCH) await begin();
  }
}
if (records.length > 0) await begin();
await Promise.all(uploads);
await job.close();
console.log(updated);

async function begin(): Promise<void> {
  const one: Promise<void> = upload(records).finally(() => uploads.delete(one));
  records = [];
  uploads.add(one);
  if (uploads.size === UPLOADS) await Promise.race(uploads);
}

async function upload(some: readonly Record[]): Promise<void> {
  const batch = job.createBatch();
  batch.once('queue', () => batch.poll(POLL_MS, TIMEOUT_MS));
  const results = await batch.execute([...some]);
  if (!Array.isArray(results)) throw new Error('not the results of rows');
  updated += results.filter((result) => 'success' in result && result.success).length;
}
