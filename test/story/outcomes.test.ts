import { expect } from 'chai';
import { insertArticles, wrongRecords } from '../rig/articles.ts';
import { Rig } from '../rig/rig.ts';

describe('how a sync ends', () => {
  it('refused rows: exit 68, named in the JSON with the words of the org; the others are written', async () => {
    await using rig = await Rig.start();
    await rig.settings();
    const ids = insertArticles(rig, 45);
    const refused = [ids[3]!, ids[17]!, ids[44]!];
    const deleted = ids[20]!;
    rig.org.refuseRows({
      ids: refused,
      statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
      message: 'Counts of <archived> articles & "specials" stay',
      fields: ['Tweets__c', 'Likes__c'],
    });
    rig.org.refuseRows({ ids: [deleted], statusCode: 'ENTITY_IS_DELETED', message: 'entity is deleted' });

    const ended = await rig.run('byline sync', '--config-file', 'byline.json', '--batch-size', '20', '--json');
    expect(ended.code).to.equal(68);
    const { status, result } = ended.json();
    expect(status).to.equal(68);
    expect(result.state).to.equal('CompletedWithFailures');
    expect(result.records).to.include({ queried: 45, changed: 45, updated: 41, failed: 4, unprocessed: 0 });
    const byId = new Map(result.failures.map((failure) => [failure.id, failure]));
    expect([...byId.keys()].toSorted()).to.deep.equal([...refused, deleted].toSorted());
    expect(byId.get(ids[17]!)).to.deep.equal({
      id: ids[17],
      statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
      message: 'Counts of <archived> articles & "specials" stay',
      fields: ['Tweets__c', 'Likes__c'],
    });
    expect(byId.get(deleted)).to.deep.equal({
      id: deleted,
      statusCode: 'ENTITY_IS_DELETED',
      message: 'entity is deleted',
      fields: [],
    });
    expect(idsOf(wrongRecords(rig))).to.deep.equal([...refused, deleted].toSorted());
    expect(rig.org.jobs().map((job) => job.batches.map(({ records }) => records).toSorted())).to.deep.equal([
      [20, 20, 5],
    ]);
  });

  it('refused rows are shown to people by status code, with an example of each', async () => {
    await using rig = await Rig.start();
    await rig.settings();
    const ids = insertArticles(rig, 12);
    rig.org.refuseRows({
      ids: [ids[2]!, ids[5]!],
      statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
      message: 'Stays as it is',
    });
    const ended = await rig.run('byline sync', '--config-file', 'byline.json');
    expect(ended.code).to.equal(68);
    const row = ended.stdout.split('\n').find((line) => line.includes('FIELD_CUSTOM_VALIDATION_EXCEPTION'));
    expect(row).to.match(new RegExp(`│ +2 │ ${ids[2]} │`));
    expect(ended.stdout).to.include('The org says: Stays as it is\n  What to do: A validation rule refuses');
    expect(ended.stdout).to.include('Rows: 10 updated, 2 failed, 0 unprocessed.');
  });

  it('locked rows are retried in a Serial job, and written', async () => {
    await using rig = await Rig.start();
    await rig.settings();
    const ids = insertArticles(rig, 30);
    rig.org.lockRows([ids[1]!, ids[9]!], 2);
    const ended = await rig.run('byline sync', '--config-file', 'byline.json', '--json');
    expect(ended.code).to.equal(0);
    expect(ended.json().result.records).to.include({ updated: 30, failed: 0, unprocessed: 0 });
    expect(wrongRecords(rig)).to.deep.equal([]);
    const jobs = rig.org
      .jobs()
      .map(({ concurrencyMode, state, batches }) => [concurrencyMode, state, ...batches.map(({ records }) => records)]);
    expect(jobs[0]).to.deep.equal(['Parallel', 'Closed', 30]);
    expect(jobs.slice(1).flatMap(([mode, state]) => [mode, state])).to.deep.equal(
      jobs.slice(1).flatMap(() => ['Serial', 'Closed']),
    );
    expect(jobs.slice(1).flatMap(([, , ...records]) => records)).to.deep.equal([2, 2]);
    // No row was written twice.
    expect(ids.filter((id) => rig.org.table('Byline__c').writes(id).length !== 1)).to.deep.equal([]);
  });

  it('a row that stays locked is a failure after three more tries', async () => {
    await using rig = await Rig.start();
    await rig.settings();
    const ids = insertArticles(rig, 5);
    rig.org.lockRows([ids[4]!], 1000);
    const ended = await rig.run('byline sync', '--config-file', 'byline.json', '--json');
    expect(ended.code).to.equal(68);
    expect(ended.json().result.failures.map(({ id, statusCode }) => [id, statusCode])).to.deep.equal([
      [ids[4], 'UNABLE_TO_LOCK_ROW'],
    ]);
    expect(rig.org.jobs().flatMap(({ batches }) => batches.map(({ records }) => records))).to.deep.equal([5, 1, 1, 1]);
  });

  it('a batch that fails halfway: what it wrote counts, the rest is retried', async () => {
    await using rig = await Rig.start();
    await rig.settings();
    const ids = insertArticles(rig, 20);
    rig.org.failBatch({
      afterRecords: 8,
      stateMessage: 'TooManyLockFailure : Too many lock failure 200 Trying again later.',
    });
    rig.org.failBatch({ stateMessage: 'InternalServerError : try later' });
    const ended = await rig.run('byline sync', '--config-file', 'byline.json', '--json');
    expect(ended.code).to.equal(0);
    expect(ended.json().result.records).to.include({ updated: 20, failed: 0, unprocessed: 0 });
    expect(wrongRecords(rig)).to.deep.equal([]);
    expect(ids.filter((id) => rig.org.table('Byline__c').writes(id).length !== 1)).to.deep.equal([]);
  });

  it('a job that a user aborts: exit 68, the rows are unprocessed and the records are as they were', async () => {
    await using rig = await Rig.start();
    await rig.settings();
    insertArticles(rig, 10);
    rig.org.holdBatches();
    const running = rig.run('byline sync', '--config-file', 'byline.json', '--json');
    await rig.org.log.arrived('list-batches');
    rig.org.abortJob(rig.org.jobs()[0]!.id);
    const ended = await running;
    expect(ended.code).to.equal(68);
    expect(ended.json().result.state).to.equal('Aborted');
    expect(ended.json().result.records).to.include({ updated: 0, failed: 0, unprocessed: 10 });
    expect(wrongRecords(rig)).to.have.length(10);
  });

  it('a job that a user aborts before we close it: accepted rows are reported as unprocessed, exit 68', async () => {
    await using rig = await Rig.start({ latencyMs: 100 });
    await rig.settings({ twitter: 'Tweets__c' });
    insertArticles(rig, 6);
    rig.org.holdBatches();
    const running = rig.run('byline sync', '--config-file', 'byline.json', '--json');
    // It has arrived, but is handled a moment later.
    await rig.org.log.arrived('close-job');
    rig.org.abortJob(rig.org.jobs()[0]!.id);
    const ended = await running;
    expect(ended.code, ended.stdout).to.equal(68);
    expect(ended.json().result.state).to.equal('Aborted');
    expect(ended.json().result.jobs.map(({ state }) => state)).to.deep.equal(['Aborted']);
    expect(ended.json().result.records).to.include({ changed: 6, updated: 0, unprocessed: 6 });
  });

  it('the waiting time ends first: exit 69, job and resume command are named, the job goes on', async () => {
    await using rig = await Rig.start();
    await rig.settings();
    insertArticles(rig, 10);
    rig.org.holdBatches();
    const [shown, json] = [
      await rig.run('byline sync', '--config-file', 'byline.json', '--wait', '0'),
      await rig.run('byline sync', '--config-file', 'byline.json', '--wait', '0', '--json'),
    ];
    const [first, second] = rig.org.jobs();
    expect(shown.code).to.equal(69);
    expect(shown.stdout + shown.stderr).to.include(`sf byline resume --job-id ${first?.id}`);
    expect(json.code).to.equal(69);
    expect(json.stdout).to.include(`sf byline resume --job-id ${second?.id}`);
    const { result, status } = json.json();
    expect(status).to.equal(69);
    expect(result.state).to.equal('InProgress');
    expect(result.jobs).to.deep.equal([
      {
        id: second!.id,
        state: 'Closed',
        batches: 1,
        url: `${rig.org.url}/lightning/setup/AsyncApiJobStatus/page?address=%2F${second!.id}`,
      },
    ]);
    const aborted = await rig.run('byline resume', '--job-id', second!.id, '--abort', '--json');
    expect(aborted.code).to.equal(0);
    expect(aborted.json().result).to.include({ state: 'Aborted' });
    expect(aborted.json().result.records).to.include({ updated: 0, unprocessed: 10 });
    rig.org.releaseBatches();
    expect(rig.org.jobs().map(({ state }) => state)).to.deep.equal(['Closed', 'Aborted']);
    expect(wrongRecords(rig)).to.deep.equal([]);
  });

  it('--async returns once all batches are accepted, exit 0, and asks for nothing more', async () => {
    await using rig = await Rig.start();
    await rig.settings();
    insertArticles(rig, 10);
    rig.org.holdBatches();
    const ended = await rig.run(
      'byline sync',
      '--config-file',
      'byline.json',
      '--batch-size',
      '4',
      '--async',
      '--json',
    );
    expect(ended.code).to.equal(0);
    expect(ended.json().result.state).to.equal('InProgress');
    expect(rig.org.log.count('list-batches')).to.equal(0);
    rig.org.releaseBatches();
    expect(rig.org.jobs().map(({ state, batches }) => [state, batches.length])).to.deep.equal([['Closed', 3]]);
    expect(wrongRecords(rig)).to.deep.equal([]);
  });

  it('--async with nothing to do is done', async () => {
    await using rig = await Rig.start();
    await rig.settings();
    const ended = await rig.run('byline sync', '--config-file', 'byline.json', '--async', '--json');
    expect(ended.code).to.equal(0);
    expect(ended.json().result).to.deep.include({ state: 'Completed', jobs: [] });
  });

  it('two at the same time do not disturb each other: each has its run, and the records are right', async () => {
    await using rig = await Rig.start();
    await rig.settings();
    insertArticles(rig, 20);
    rig.org.holdBatches();
    const sync = ['byline sync', '--config-file', 'byline.json', '--all', '--json'] as const;
    const both = [rig.start(...sync).ended, rig.run(...sync)];
    // Neither is done before the other has sent its batch.
    await rig.org.log.arrived('add-batch', 2);
    rig.org.releaseBatches();
    const ended = await Promise.all(both);
    expect(
      ended.map(({ code }) => code),
      ended[0]?.stdout,
    ).to.deep.equal([0, 0]);
    expect(wrongRecords(rig)).to.deep.equal([]);
    const results = ended.map((one) => one.json().result);
    expect(results.map(({ runId }) => runId).toSorted()).to.deep.equal(await rig.runIds());
    expect(results.flatMap(({ jobs }) => jobs.map(({ id }) => id)).toSorted()).to.deep.equal(
      rig.org.jobs().map(({ id }) => id),
    );
    expect(rig.org.jobs().map(({ batches }) => batches.map(({ records }) => records))).to.deep.equal([[20], [20]]);
  });

  it('a used-up allocation: exit 1 at once, with the word of the org, and no job left open', async () => {
    await using rig = await Rig.start();
    await rig.settings();
    insertArticles(rig, 10);
    rig.org.setBatchesUsed(15_000);
    const ended = await rig.run('byline sync', '--config-file', 'byline.json', '--json');
    expect(ended.code).to.equal(1);
    const { name, message, data } = ended.json();
    expect(name).to.equal('QuotaExceededError');
    expect(message).to.include('ExceededQuota: ApiBatchItems Limit exceeded');
    expect(data).to.deep.include({ state: 'Failed', command: 'sync' });
    expect(data.records).to.include({ updated: 0, failed: 0 });
    expect(rig.org.log.count('add-batch')).to.equal(1);
    expect(rig.org.jobs().map(({ state }) => state)).to.deep.equal(['Aborted']);
  });

  it('an object without the Bulk API: exit 1 with what to ask the administrator for; --api rest works', async () => {
    const Note__c = {
      name: 'Note__c',
      bulk: false,
      fields: [
        { name: 'Link__c', type: 'url' as const },
        { name: 'Tweets__c', type: 'double' as const },
      ],
    };
    await using rig = await Rig.start({ objects: [Note__c] });
    await rig.settings({ twitter: 'Tweets__c' }, { sobject: 'Note__c', urlField: 'Link__c' });
    rig.org.table('Note__c').insert([{ Link__c: 'https://magazine.example.com/1' }]);
    const sync = ['byline sync', '--config-file', 'byline.json', '--json'] as const;
    const ended = await rig.run(...sync);
    expect(ended.code).to.equal(1);
    expect(ended.json()).to.include({ name: 'BulkNotAllowedError' });
    expect(ended.json().message).to.include("InvalidEntity: Entity 'Note__c' is not supported by the Bulk API.");
    const advice = ended.json().actions.join(' ');
    expect(advice).to.include('Allow Bulk API Access').and.include('repeat the command with "--api rest"');
    expect(advice, 'it would fail likewise').not.to.include('resume');
    expect((await rig.run(...sync, '--api', 'rest')).json().result.records).to.include({ updated: 1 });
  });
});

const idsOf = (records: readonly object[]): string[] =>
  records.map((record) => (record as { id: string }).id).toSorted();
