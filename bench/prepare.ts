// Writes what all clients of the upload path read, in a process of its own: a run that is planned and not sent, and the
// same changes as CSV, which is what `sf data update bulk` takes.
// node bench/prepare.ts FOLDER RECORDS
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { Change, FieldValue } from '../src/model/change.ts';
import type { PlanTally } from '../src/model/run-facts.ts';
import { OpenRun } from '../src/runs/open-run.ts';
import { realClock } from '../src/process/clock.ts';
import { startOrg } from '../test/emulator/org/org.ts';
import { seedArticles } from '../test/emulator/org/seed.ts';

const FIELDS = { twitter: 'Tweets__c', facebook: 'Likes__c', linkedin: 'LinkedIn_Shares__c' };
const NAMES = Object.values(FIELDS);
/** Changes of a step, as many as `sync` has in one. */
const STEP = 200;

const [folder = '', records = ''] = process.argv.slice(2);
const org = await startOrg();
seedArticles(org, Number(records), new Date());
const rows = org.table('Byline__c').all();
const { orgId, username, url } = org;
await org.close();

await mkdir(folder, { recursive: true });
const csv = createWriteStream(join(folder, 'changes.csv'));
csv.write(`Id,${NAMES.join(',')}\n`);
const context = {
  runsDir: folder,
  org: {
    ...{ identity: { username, orgId, instanceUrl: url }, session: { apiVersion: '64.0' } },
    ...{ counter: { used: 0 }, clock: realClock },
  },
  progress: { run: () => undefined },
};
await using run = await OpenRun.create(context, 'sync', {
  ...{ sobject: 'Byline__c', urlField: 'Published_URL__c', fields: FIELDS, stampField: null, history: null },
  ...{ labelField: null, authorField: null },
  ...{ api: 'bulk', mode: 'Parallel', batchSize: 10_000, dryRun: false, source: { kind: 'job' } },
});
let tally = tallyOf(0);
for (let at = 0; at < rows.length; at += STEP) {
  const changes = rows.slice(at, at + STEP).map(toChange);
  tally = tallyOf(at + changes.length);
  await run.addStep({
    changes,
    deferred: [],
    conflicts: [],
    resolvesDeferred: false,
    through: changes.at(-1)!.id,
    tally,
  });
  const lines = changes.map(({ id, fields }) => `${id},${NAMES.map((name) => fields[name]![1]).join(',')}\n`);
  if (!csv.write(lines.join(''))) await once(csv, 'drain');
}
await run.plan.finish(tally);
await run.write({ fact: 'planned', tally, forecast: 0 });
await finished(csv.end());

/** Every count goes up, each by another number. */
function toChange(row: Readonly<Record<string, unknown>>, index: number): Change {
  const fields = NAMES.map((name) => {
    const before = (row[name] ?? null) as FieldValue;
    return [name, [before, Number(before) + 1 + (index % 97)] as const] as const;
  });
  return {
    id: String(row['Id']),
    url: (row['Published_URL__c'] as string | null) ?? '',
    fields: Object.fromEntries(fields),
  };
}

function tallyOf(changed: number): PlanTally {
  const sums = { queried: changed, skippedUrls: 0, unchanged: 0, uncounted: 0, changed, conflicts: 0 };
  const fared = { requests: changed, ok: changed, failed: 0, skipped: 0, state: 'ok', reason: null } as const;
  const one = { ...fared, positive: true, contradicted: false };
  return { ...sums, services: Object.fromEntries(Object.keys(FIELDS).map((name) => [name, one])) };
}
