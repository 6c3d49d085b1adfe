import { expect } from 'chai';
import { insertArticles, rightCounts, urlOf, wrongRecords } from '../rig/articles.ts';
import { POST_FIELDS, Rig } from '../rig/rig.ts';

const SYNC = ['byline sync', '--config-file', 'byline.json', '--api', 'rest'] as const;

describe('sync --api rest', () => {
  it('writes 120 changed records in 3 API requests without a job, and undo restores them the same way', async () => {
    await using rig = await Rig.start();
    await rig.settings(POST_FIELDS, { stampField: 'Counts_Synced_At__c' });
    const table = rig.org.table('Byline__c');
    const ids = [...insertArticles(rig, 99), ...insertRight(rig, 20)];
    ids.push(...table.insert([{ Published_URL__c: urlOf(500), Tweets__c: 0, Likes__c: 1.5, LinkedIn_Shares__c: -3 }]));
    const before = ids.map((id) => ({ ...table.get(id) }));

    const preview = await rig.run(...SYNC, '--dry-run');
    expect(preview.stdout).to.match(/--api rest would take 3 API requests, --api bulk \d\./);
    expect(preview.stdout)
      .to.match(/│ API requests │ +3 │/)
      .and.not.to.include('Batches');

    rig.org.log.clear();
    const ended = await rig.run(...SYNC, '--json');
    expect(ended.code, ended.stdout).to.equal(0);
    const { result } = ended.json();
    expect(result).to.deep.include({ state: 'Completed', jobs: [], failures: [] });
    expect(result.records).to.include({ queried: 120, changed: 120, updated: 120, failed: 0, unprocessed: 0 });
    expect(result.apiRequests).to.include({ used: 3, forecast: 3 });
    expect(rig.org.log.kinds()).to.deep.equal({ describe: 1, query: 1, collections: 1 });
    expect(wrongRecords(rig)).to.deep.equal([]);
    expect(ids.filter((id) => table.writes(id).length !== 1)).to.deep.equal([]);
    expect(new Set(ids.map((id) => table.get(id)?.['Counts_Synced_At__c'])).size).to.equal(1);
    expect(rig.org.jobs()).to.deep.equal([]);

    expect((await rig.run('byline undo', '--use-most-recent', '--async', '--no-prompt', '--json')).json()).to.include({
      name: 'AsyncOverRestError',
      status: 2,
    });
    const undone = await rig.run('byline undo', '--use-most-recent', '--no-prompt', '--json');
    expect(undone.code, undone.stdout).to.equal(0);
    expect(undone.json().result).to.deep.include({ state: 'Completed', jobs: [] });
    const fields = [...Object.values(POST_FIELDS), 'Counts_Synced_At__c'];
    const holds = ids.map((id) => fields.map((field) => table.get(id)?.[field]));
    expect(holds).to.deep.equal(before.map((row) => fields.map((field) => row[field])));
  });

  it('takes 5 updates for 1,000 changes; refused rows are named, exit 68', async () => {
    await using rig = await Rig.start();
    await rig.settings();
    const ids = insertRepeated(rig, 1000);
    rig.org.refuseRows({
      ids: [ids[700]!],
      statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
      message: 'Counts of <archived> & "special" articles stay',
      fields: ['Tweets__c'],
    });
    rig.org.lockRows([ids[3]!], 1);
    const ended = await rig.run(...SYNC, '--output-dir', 'out');
    expect(ended.code, ended.stdout).to.equal(68);
    expect(rig.org.log.count('collections')).to.equal(6);
    expect(ended.stdout).to.include('Rows: 999 updated, 1 failed, 0 unprocessed.\nState: CompletedWithFailures');
    expect(ended.stdout).to.match(/API requests: 8 used\..*\nWith --api bulk it would have been about \d\./);
    expect(ended.stdout).to.include('Counts of <archived> & "special" articles stay');
    expect(ended.stderr).to.include('1 row was sent again once, in smaller requests, one after another, as');
    expect(wrongRecords(rig).map((record) => (record as { id: string }).id)).to.deep.equal([ids[700]]);
    const files = await rig.files();
    const rows = (kind: string): string[] =>
      [...files]
        .find(([name]) => name.endsWith(`-${kind}.csv`))![1]
        .trimEnd()
        .split('\r\n')
        .slice(1);
    expect(rows('success')).to.have.length(999);
    expect(rows('failed').map((row) => row.split(',')[0])).to.deep.equal([ids[700]]);
  });

  it('killed with requests under way: resume asks what the records hold, and writes none twice', async () => {
    await using rig = await Rig.start();
    await rig.settings();
    const ids = insertRepeated(rig, 500);
    // The first is processed and the second is not when the process is killed over the third.
    rig.org.faults.tell('collections', { fault: 'hang', done: true });
    rig.org.faults.tell('collections', { fault: 'hang' });
    rig.org.faults.tell('collections', { fault: 'hang', done: true });
    const running = rig.start(...SYNC);
    await rig.org.log.arrived('collections', 3);
    running.process.kill('SIGKILL');
    await running.ended;
    rig.org.faults.clear();
    rig.org.log.clear();
    const ended = await rig.run('byline resume', '--use-most-recent', '--json');
    expect(ended.code, ended.stdout).to.equal(0);
    expect(ended.json().result.records).to.include({ changed: 500, updated: 500, failed: 0, unprocessed: 0 });
    // Each of the three whose answers were lost; what was not written is read again before it is sent.
    expect(rig.org.log.kinds()).to.include({ query: 4 });
    expect(wrongRecords(rig)).to.deep.equal([]);
    expect(ids.filter((id) => rig.org.table('Byline__c').writes(id).length !== 1)).to.deep.equal([]);
    expect(rig.org.jobs()).to.deep.equal([]);
  });

  it('refuses --async, because there is no job to wait for', async () => {
    await using rig = await Rig.start();
    const ended = await rig.run(...SYNC, '--async', '--json');
    expect(ended.code).to.equal(2);
    expect(ended.json().message).to.include('--api=rest cannot also be provided when using --async');
    expect(rig.org.log.count()).to.equal(0);
  });
});

/** Many records of few articles, so that counting them takes no time. */
const insertRepeated = (rig: Rig, count: number): string[] =>
  rig.org
    .table('Byline__c')
    .insert(Array.from({ length: count }, (_, index) => ({ Published_URL__c: urlOf(index % 50) })));

/** Articles whose counts are right already; only their stamp is missing. */
function insertRight(rig: Rig, count: number): string[] {
  const table = rig.org.table('Byline__c');
  return Array.from({ length: count }, (_, index) => {
    const [id = ''] = table.insert([{ Published_URL__c: urlOf(1000 + index) }]);
    table.update(id, rightCounts(rig, table.get(id)!));
    return id;
  });
}
