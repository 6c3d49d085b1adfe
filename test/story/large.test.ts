import { readdir } from 'node:fs/promises';
import { expect } from 'chai';
import { urlOf, wrongRecords } from '../rig/articles.ts';
import { Rig } from '../rig/rig.ts';

const FIELDS = { twitter: 'Tweets__c', facebook: 'Likes__c' };
const SYNC = ['byline sync', '--config-file', 'byline.json'] as const;

/** An org that gives so few records at a time that a bulk query is worth it for a tenth of them; and batches likewise. */
const [FEW_AT_A_TIME, SMALL] = [{ pageSize: 200 }, ['--batch-size', '1000']] as const;

/** Puts in many records of few articles, so that counting them takes no time. */
function insertRepeated(rig: Rig, count: number): string[] {
  const rows = Array.from({ length: count }, (_, index) => ({ Published_URL__c: urlOf(index % 200), Likes__c: index }));
  return rig.org.table('Byline__c').insert(rows);
}

const jobs = (rig: Rig): string[] => rig.org.jobs().map(({ operation, state }) => `${operation} ${state}`);

describe('a large org', () => {
  it('sync reads 3,000 records by a bulk query, says so, and takes 14 API requests for all; counts reads them likewise', async () => {
    await using rig = await Rig.start(FEW_AT_A_TIME);
    await rig.settings(FIELDS);
    insertRepeated(rig, 3000);
    const ended = await rig.run(...SYNC, ...SMALL);
    expect(ended.code, ended.stderr).to.equal(0);
    expect(wrongRecords(rig, FIELDS)).to.deep.equal([]);
    expect(ended.stderr).to.include('2,800 records are read by a bulk query: some 9 API requests instead of 14.');
    expect(ended.stdout).to.include('Rows: 3,000 updated, 0 failed, 0 unprocessed.');
    expect(rig.org.log.kinds()).to.deep.equal({
      ...{ describe: 1, query: 1, 'create-job': 2, 'add-batch': 4, 'close-job': 2, 'list-batches': 2 },
      ...{ 'get-result': 1, 'get-query-result': 1 },
    });
    expect(jobs(rig)).to.deep.equal(['query Closed', 'update Closed']);
    expect((await readdir(rig.runs)).filter((name) => name.startsWith('.'))).to.deep.equal([]);

    rig.org.log.clear();
    const read = await rig.run('byline counts', '--config-file', 'byline.json', '--service', 'twitter', '--json');
    expect(read.code, read.stderr).to.equal(0);
    const { counts } = read.json<{ counts: { ids: string[] }[] }>().result;
    expect(counts.reduce((sum, { ids }) => sum + ids.length, 0)).to.equal(3000);
    expect(rig.org.log.count('get-query-result')).to.equal(1);
  });

  it('a sync that is killed while it reads goes on after the last record, by a bulk query again', async () => {
    await using rig = await Rig.start(FEW_AT_A_TIME);
    const { twitter, facebook } = rig.services.settings();
    await rig.settings(FIELDS, { services: { twitter: { ...twitter, timeoutMs: 600_000 }, facebook } });
    insertRepeated(rig, 3000);
    // Of these the count is not known before the kill, so that they are not planned.
    const url = urlOf(200);
    rig.org.table('Byline__c').insert(Array.from({ length: 3000 }, () => ({ Published_URL__c: url, Likes__c: 0 })));
    rig.services.faults.tell('twitter', { fault: 'hang' }, { skip: 200, times: 99 });
    // The first batch is the query, the second arrives, the third gets no answer.
    rig.org.faults.tell('add-batch', { fault: 'hang' }, { skip: 2 });
    const running = rig.start(...SYNC, ...SMALL);
    await rig.org.log.arrived('add-batch', 3);
    running.process.kill('SIGKILL');
    await running.ended;
    rig.services.faults.clear();
    expect((await readdir(rig.runs)).filter((name) => name.startsWith('.'))).to.deep.equal([]);

    rig.org.log.clear();
    const resumed = await rig.run('byline resume', '--use-most-recent', '--json');
    expect(resumed.code, resumed.stdout).to.equal(0);
    expect(wrongRecords(rig, FIELDS)).to.deep.equal([]);
    const { result } = resumed.json();
    expect(result.records).to.include({ queried: 6000, changed: 6000, updated: 6000 });
    expect(rig.org.log.count('get-query-result')).to.equal(1);
    expect(rig.org.log.count('query-more')).to.equal(0);
    const [queried] = rig.org.log.of('query').map(({ query }) => query.get('q') ?? '');
    expect(queried).to.match(/AND Id > 'a01\w{15}' ORDER BY Id$/);
    const ids = rig.org
      .table('Byline__c')
      .all()
      .map((row) => String(row['Id']));
    expect(ids.filter((id) => rig.org.table('Byline__c').writes(id).length !== 1)).to.deep.equal([]);
    expect(jobs(rig).filter((job) => job.endsWith('Open'))).to.deep.equal([]);
  });

  it('Ctrl-C while the query runs: exit 130, and the query is aborted', async () => {
    await using rig = await Rig.start(FEW_AT_A_TIME);
    await rig.settings(FIELDS);
    insertRepeated(rig, 2100);
    rig.org.holdBatches();
    const running = rig.start(...SYNC, ...SMALL);
    await rig.org.log.arrived('list-batches');
    running.process.kill('SIGINT');
    const ended = await running.ended;
    expect(ended.code, ended.stderr).to.equal(130);
    expect(ended.stderr).to.include('sf byline resume');
    expect(jobs(rig)).to.deep.equal(['query Aborted']);
  });

  it('a plan of 5,000 changes is applied, and undone, in 8 API requests each', async () => {
    await using rig = await Rig.start();
    await rig.settings(FIELDS);
    insertRepeated(rig, 5000);
    const dry = await rig.run(...SYNC, '--dry-run', '--save-plan', 'plan.jsonl', '--json');
    expect(dry.code, dry.stdout).to.equal(0);
    const moved = rig.org.table('Byline__c').all()[2500]!;
    rig.org.table('Byline__c').update(String(moved['Id']), { Likes__c: 77, Tweets__c: 77 });

    for (const command of [
      ['byline sync', '--plan', 'plan.jsonl'],
      ['byline undo', '--use-most-recent', '--no-prompt'],
    ] as const) {
      rig.org.log.clear();
      const [name, ...flags] = command;
      const ended = await rig.run(name, ...flags, '--json');
      expect(ended.code, ended.stdout).to.equal(0);
      expect(ended.json().result.records).to.include({ updated: 4999 });
      expect(rig.org.log.kinds(), name).to.deep.equal({
        ...{ describe: 1, retrieve: 3, 'create-job': 1, 'add-batch': 1, 'close-job': 1, 'list-batches': 1 },
      });
      if (name === 'byline sync') {
        expect(wrongRecords(rig, FIELDS).map((record) => (record as { id: string }).id)).to.deep.equal([moved['Id']]);
      }
    }
    const held = rig.org
      .table('Byline__c')
      .all()
      .map((row) => [row['Likes__c'], row['Tweets__c']]);
    const before = held.map((_, index) => (index === 2500 ? [77, 77] : [index, null]));
    expect(held).to.deep.equal(before);
  });

  it('a plan of 20,500 changes is applied, and undone, by a bulk query', async () => {
    await using rig = await Rig.start();
    await rig.settings(FIELDS);
    insertRepeated(rig, 20_500);
    await rig.run(...SYNC, '--dry-run', '--save-plan', 'plan.jsonl', '--json');
    const table = rig.org.table('Byline__c');
    const gone = String(table.all()[20_000]!['Id']);
    table.delete(gone);
    for (const command of [
      ['byline sync', '--plan', 'plan.jsonl'],
      ['byline undo', '--use-most-recent', '--no-prompt'],
    ] as const) {
      rig.org.log.clear();
      const ended = await rig.run(command[0], ...command.slice(1));
      expect(ended.code, ended.stderr).to.equal(0);
      expect(ended.stderr).to.match(/The records of 20,\d{3} changes are read by a bulk query/);
      expect(ended.stdout).to.include('Rows: 20,499 updated, 0 failed');
      expect(rig.org.log.kinds()).to.include({ query: 1, 'get-query-result': 1 }).and.not.to.have.property('retrieve');
    }
    expect(table.all().filter((row, index) => row['Likes__c'] !== index + (index < 20_000 ? 0 : 1))).to.deep.equal([]);
  });
});
