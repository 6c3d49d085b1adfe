import { expect } from 'chai';
import type { CountsResult } from '../../src/report/counts-result.ts';
import { insertArticles, wrongRecords } from '../rig/articles.ts';
import { Rig } from '../rig/rig.ts';

describe('--shard', () => {
  it('three syncs, two of them at the same moment, do all records, each once, in three runs', async () => {
    await using rig = await Rig.start();
    await rig.settings();
    const ids = insertArticles(rig, 150);
    const sync = ['byline sync', '--config-file', 'byline.json', '--api', 'rest', '--json', '--shard'] as const;
    const ended = await Promise.all([
      rig.start(...sync, '1/3').ended,
      rig.run(...sync, '2/3'),
      rig.run(...sync, '3/3'),
    ]);
    expect(ended.map(({ code }) => code)).to.deep.equal([0, 0, 0]);
    const results = ended.map((one) => one.json().result);
    for (const { records } of results) {
      expect(records.queried).to.be.within(40, 60);
      expect(records).to.include({ eligible: records.queried, changed: records.queried, updated: records.queried });
    }
    const sum = results.reduce((total, { records }) => total + records.updated, 0);
    expect(sum).to.equal(150);
    expect(wrongRecords(rig)).to.deep.equal([]);
    expect(ids.filter((id) => rig.org.table('Byline__c').writes(id).length !== 1)).to.deep.equal([]);
    expect(results.map(({ runId }) => runId).toSorted()).to.deep.equal(await rig.runIds());
    expect(new Set(results.map(({ runId }) => runId)).size).to.equal(3);
  });

  it('counts ask for the same part, of what a limit leaves', async () => {
    await using rig = await Rig.start();
    await rig.settings();
    insertArticles(rig, 60);
    const parts = await Promise.all(
      [1, 2].map(async (index) => {
        const args = ['--config-file', 'byline.json', '--limit', '40', '--json', '--shard', `${index}/2`];
        return (await rig.run('byline counts', ...args)).json<CountsResult>().result.counts.flatMap(({ ids }) => ids);
      }),
    );
    const first = rig.org
      .table('Byline__c')
      .all()
      .slice(0, 40)
      .map((row) => String(row['Id']));
    expect(parts.flat().toSorted()).to.deep.equal(first);
    expect(parts.map((part) => part.length)).to.deep.equal([20, 20]);
  });

  it('is refused if it is invalid, or with a plan', async () => {
    await using rig = await Rig.start();
    await rig.settings();
    const wrong = await rig.run('byline sync', '--config-file', 'byline.json', '--shard', '9/8', '--json');
    expect(wrong.code).to.equal(2);
    expect(wrong.json()).to.include({ name: 'ShardMalformedError', message: 'Invalid value for --shard: "9/8".' });
    const plan = await rig.run('byline sync', '--plan', 'plan.jsonl', '--shard', '1/8', '--json');
    expect(plan.code).to.equal(2);
    expect(rig.org.log.count()).to.equal(0);
  });
});
