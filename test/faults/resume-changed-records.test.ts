import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { planPath } from '../../src/journal/runs.ts';
import { Interrupted } from '../../src/process/interrupt.ts';
import { type EmulatedServices, startServices } from '../emulator/services/services.ts';
import { insertArticles, rightCounts } from '../rig/articles.ts';
import { InProcessRun, TWITTER } from './in-process-run.ts';
import { rejection } from './rejection.ts';
import { historyOf, WEEKLY } from './weekly-history.ts';

/** A Wednesday; its week begins on the 23rd. */
const WEDNESDAY = Date.parse('2026-11-25T12:00:00Z');

/** The plan of the newest run, as far as it is written. */
async function planOf(place: InProcessRun): Promise<string> {
  const [runId] = await place.runIds();
  return runId === undefined ? '' : readFile(planPath(place.folder, runId), 'utf8').catch(() => '');
}

describe('resume of changes that were planned, but not sent', () => {
  let services: EmulatedServices;
  before(async () => void (services = await startServices()));
  after(() => services.close());

  const rightOf = ({ org }: InProcessRun, id: string): number =>
    Number(rightCounts({ org, services }, org.table('Byline__c').get(id)!, TWITTER)['Tweets__c']);

  for (const api of ['bulk', 'rest'] as const) {
    const refusal = api === 'bulk' ? 'create-job' : 'collections';

    it(`leaves records alone that have another URL or count by now, or the right one (${api})`, async () => {
      await using place = await InProcessRun.start(services);
      place.clock.jump(WEDNESDAY - place.clock.now());
      const ids = insertArticles(place, 30);
      const table = place.org.table('Byline__c');
      place.org.faults.tell(refusal, { fault: 'status', status: 400, body: '[]' }, { times: 100 });
      await rejection(place.sync({ api, history: WEEKLY }));
      expect(place.writes()).to.deep.equal(ids.map(() => 0));
      place.org.faults.clear();
      const [renamed, recounted, done] = ids as [string, string, string];
      const right = rightOf(place, done);
      table.update(renamed, { Published_URL__c: 'https://magazine.example.com/another-article' });
      table.update(recounted, { Tweets__c: 7 });
      table.update(done, { Tweets__c: right });
      place.org.log.clear();
      const { result } = await place.resume();
      expect(result.records).to.deep.equal({
        ...{ queried: 30, eligible: 30, unchanged: 1, changed: 29, updated: 27, failed: 0, unprocessed: 0, skipped: 2 },
      });
      expect(result.state).to.equal('Completed');
      expect(place.writes().slice(0, 4)).to.deep.equal([0, 0, 0, 1]);
      expect(table.get(renamed)).to.include({ Tweets__c: null });
      expect(table.get(recounted)).to.include({ Tweets__c: 7 });
      // The history has what the records hold.
      expect(historyOf(place.org).map(({ parent }) => parent)).to.deep.equal(ids.slice(2));
      expect(result.history).to.deep.equal({ rows: 30, created: 28, updated: 0, failed: 2 });
      expect(
        place.org.log.kinds()['query'],
        'records still to plan; those planned; their history, and the URLs it is of',
      ).to.be.at.most(4);
      expect((await rejection(place.resume())).name).to.equal('NothingToResumeError');
      const undone = await place.undo();
      expect(undone.result.records).to.include({ changed: 27, updated: 27 });
      expect(table.get(done), 'what the run has not written it does not take back').to.include({ Tweets__c: right });
    });
  }

  for (const api of ['bulk', 'rest'] as const) {
    const upsert = api === 'bulk' ? 'create-job' : 'upsert-collection';

    it(`writes no row of the history of a record that has another URL by now, changed or not, or is gone (${api})`, async () => {
      await using place = await InProcessRun.start(services);
      place.clock.jump(WEDNESDAY - place.clock.now());
      const ids = insertArticles(place, 30);
      const table = place.org.table('Byline__c');
      for (const id of ids.slice(10)) table.update(id, { Tweets__c: rightOf(place, id) });
      const skip = api === 'bulk' ? 1 : 0;
      place.org.faults.tell(upsert, { fault: 'status', status: 400, body: '[]' }, { skip, times: 100 });
      await rejection(place.sync({ api, history: { ...WEEKLY, rows: 'all' } }));
      place.org.faults.clear();
      expect(historyOf(place.org)).to.deep.equal([]);
      // The first was written, the others were right.
      const moved = [ids[3]!, ids[12]!, ids[29]!];
      for (const id of moved) table.update(id, { Published_URL__c: `https://magazine.example.com/another/${id}` });
      table.update(ids[20]!, { Published_URL__c: null });
      const { result, history } = await place.resume();
      expect(result.state).to.equal('Completed');
      expect(result.history).to.deep.equal({ rows: 26, created: 26, updated: 0, failed: 0 });
      expect(history.conflicts).to.equal(4);
      const left = ids.filter((id) => !moved.includes(id) && id !== ids[20]);
      expect(historyOf(place.org).map(({ parent }) => parent)).to.deep.equal(left);
    });

    it(`applies no row of the history of a record that has another URL than in the plan, changed or not (${api})`, async () => {
      await using place = await InProcessRun.start(services, { pageSize: 7 });
      place.clock.jump(WEDNESDAY - place.clock.now());
      const ids = insertArticles(place, 30);
      const table = place.org.table('Byline__c');
      for (const id of ids.slice(10)) table.update(id, { Tweets__c: rightOf(place, id) });
      const savePlan = `${place.folder}/plan.jsonl`;
      await place.sync({ api, history: { ...WEEKLY, rows: 'all' }, dryRun: true, savePlan });
      // One whose count somebody else has written since, but of another article.
      table.update(ids[2]!, { Tweets__c: rightOf(place, ids[2]!) });
      const moved = [ids[2]!, ids[3]!, ids[12]!, ids[29]!];
      for (const id of moved) table.update(id, { Published_URL__c: `https://magazine.example.com/another/${id}` });
      const { result, history } = await place.syncPlan(savePlan, { api });
      expect(result.state).to.equal('Completed');
      expect(result.history).to.deep.equal({ rows: 26, created: 26, updated: 0, failed: 0 });
      expect(history.conflicts).to.equal(4);
      expect(historyOf(place.org).map(({ parent }) => parent)).to.deep.equal(ids.filter((id) => !moved.includes(id)));
    });
  }

  for (const api of ['bulk', 'rest'] as const) {
    it(`leaves alone what its field has no room for any more, by resume (${api})`, async () => {
      await using place = await InProcessRun.start(services, { pageSize: 10 });
      place.clock.jump(WEDNESDAY - place.clock.now());
      const ids = insertArticles(place, 30);
      const table = place.org.table('Byline__c');
      const urls = ids.map((id) => String(table.get(id)!['Published_URL__c']));
      for (const [at, url] of urls.entries())
        services.set('twitter', url, at === 4 || at === 25 ? 1000 + at : 100 + at);
      const refusal = api === 'bulk' ? 'create-job' : 'collections';
      place.org.faults.tell(refusal, { fault: 'status', status: 400, body: '[]' }, { times: 100 });
      await rejection(place.sync({ api, history: WEEKLY }));
      place.org.faults.clear();
      expect(await planOf(place)).to.include('[null,1004]');
      table.resize('Tweets__c', 3);
      const { result } = await place.resume();
      expect(result.failures).to.deep.equal([]);
      expect(result.records).to.include({ queried: 30, updated: 28, failed: 0 });
      expect(table.all().map((row) => row['Tweets__c'])).to.deep.equal(
        ids.map((_, at) => (at === 4 || at === 25 ? null : 100 + at)),
      );
      expect(historyOf(place.org).map(({ parent }) => parent)).to.deep.equal(
        ids.filter((_, at) => at !== 4 && at !== 25),
      );
    });
  }

  it('leaves a row of the history alone that a later run has corrected', async () => {
    await using place = await InProcessRun.start(services);
    place.clock.jump(WEDNESDAY - place.clock.now());
    const ids = insertArticles(place, 12);
    place.org.faults.tell('create-job', { fault: 'status', status: 400, body: '' }, { skip: 1, times: 100 });
    await rejection(place.sync({ history: WEEKLY }));
    place.org.faults.clear();
    const [runId] = await place.runIds();
    const [first] = ids as [string];
    services.set('twitter', String(place.org.table('Byline__c').get(first)!['Published_URL__c']), 900_001);
    await place.sync({ history: WEEKLY });
    expect(historyOf(place.org)).to.have.length(1);
    const { result, history } = await place.resume(runId);
    expect(result.history).to.deep.equal({ rows: 11, created: 11, updated: 0, failed: 0 });
    expect(history.conflicts).to.equal(1);
    expect(historyOf(place.org)[0]).to.include({ parent: first, count: 900_001 });
  });

  it('reads none again if all were sent', async () => {
    await using place = await InProcessRun.start(services);
    insertArticles(place, 30);
    place.org.holdBatches();
    await place.sync({ waitMs: null });
    place.org.releaseBatches();
    place.org.log.clear();
    const { result } = await place.resume();
    expect(result.records).to.include({ updated: 30, skipped: 0 });
    expect(place.org.log.kinds()).to.have.all.keys('describe', 'list-batches');
  });

  it('reads changes again that an earlier process had deferred', async () => {
    await using place = await InProcessRun.start(services, { pageSize: 15 });
    const ids = insertArticles(place, 40, { Tweets__c: 5 });
    const table = place.org.table('Byline__c');
    const urls = table.all().map((row) => String(row['Published_URL__c']));
    for (const url of urls.slice(0, 30)) services.set('twitter', url, 0);
    // The first count above 0 never comes.
    services.faults.tell('twitter', { fault: 'hang' }, { skip: 30, times: 100 });
    const sync = rejection(place.sync());
    while (!(await planOf(place)).includes('"queried":30')) await new Promise(setImmediate);
    place.controller.abort(new Interrupted('SIGINT'));
    await sync;
    services.faults.clear();
    place.controller = new AbortController();
    const [renamed] = ids as [string];
    table.update(renamed, { Published_URL__c: 'https://magazine.example.com/another-article' });
    const { result } = await place.resume();
    expect(result.records).to.include({ changed: 40, updated: 39, skipped: 1 });
    expect(table.get(renamed)).to.include({ Tweets__c: 5 });
    expect(table.get(ids[1]!)).to.include({ Tweets__c: 0 });
  });
});
