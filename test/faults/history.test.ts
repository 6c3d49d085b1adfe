import { readFile } from 'node:fs/promises';
import type { SfError } from '@salesforce/core';
import { expect } from 'chai';
import fc from 'fast-check';
import type { RunView } from '../../src/report/run-view.ts';
import { Interrupted } from '../../src/process/interrupt.ts';
import { type EmulatedServices, startServices } from '../emulator/services/services.ts';
import { insertArticles, rightCounts, urlOf } from '../rig/articles.ts';
import { problems } from './check-end.ts';
import { InProcessRun, type InProcessOptions, TWITTER } from './in-process-run.ts';
import { FAULTS, tell } from './fixture.ts';
import { rejection } from './rejection.ts';
import { historyOf, WEEKLY } from './weekly-history.ts';

/** A Wednesday; its week begins on the 23rd. */
const WEDNESDAY = Date.parse('2026-11-25T12:00:00Z');
const DAY = 86_400_000;

describe('a history', () => {
  let services: EmulatedServices;
  before(async () => void (services = await startServices()));
  after(() => services.close());

  async function start(count: number, options: InProcessOptions = {}): Promise<{ place: InProcessRun; ids: string[] }> {
    const place = await InProcessRun.start(services, { pageSize: 15, ...options });
    place.clock.jump(WEDNESDAY - place.clock.now());
    return { place, ids: insertArticles(place, count) };
  }
  const rightOf = ({ org }: InProcessRun, id: string): number =>
    Number(rightCounts({ org, services }, org.table('Byline__c').get(id)!, TWITTER)['Tweets__c']);

  it('has a row for each record that changed: its count, and its growth where it was known before', async () => {
    const { place, ids } = await start(40);
    await using it = place;
    it.org.table('Byline__c').update(ids[0]!, { Tweets__c: 3 });
    it.org.table('Byline__c').update(ids[1]!, { Tweets__c: rightOf(it, ids[1]!) });
    const { result } = await it.sync({ history: WEEKLY });
    expect(result).to.deep.include({ state: 'Completed', history: { rows: 39, created: 39, updated: 0, failed: 0 } });
    const right = ids
      .filter((_, at) => at !== 1)
      .map((parent) => {
        const count = rightOf(it, parent);
        return { parent, period: '2026-11-23', count, change: parent === ids[0] ? count - 3 : null };
      });
    expect(historyOf(it.org)).to.deep.equal(right);
    const [update, upsert] = it.org.jobs();
    expect(update).to.include({ operation: 'update', object: 'Byline__c', state: 'Closed' });
    expect(upsert).to.include({ operation: 'upsert', object: 'Byline_Count__c', state: 'Closed' });
    expect(upsert!.batches.map(({ records }) => records)).to.deep.equal([10, 10, 10, 9]);
    expect(result.jobs.map(({ id }) => id)).to.deep.equal([update!.id, upsert!.id]);
    expect(problems(it, { untouched: [ids[1]!] })).to.deep.equal([]);
  });

  it('of two runs in a week has one row each, with the growth since the first; a new week starts over', async () => {
    const { place, ids } = await start(30);
    await using it = place;
    const table = it.org.table('Byline__c');
    for (const id of ids) table.update(id, { Tweets__c: 5 });
    await it.sync({ history: WEEKLY });
    const first = historyOf(it.org);
    // Somebody set counts back: to the record that is a change, to the week it is not.
    for (const id of ids.slice(0, 10)) table.update(id, { Tweets__c: 7 });
    it.clock.jump(2 * DAY);
    const again = await it.sync({ history: WEEKLY });
    expect(again.result.history).to.deep.equal({ rows: 0, created: 0, updated: 0, failed: 0 });
    expect(historyOf(it.org)).to.deep.equal(first);
    expect(first.map(({ change }) => change)).to.deep.equal(ids.map((id) => rightOf(it, id) - 5));
    for (const id of ids.slice(0, 10)) table.update(id, { Tweets__c: 1 });
    it.clock.jump(7 * DAY);
    const next = await it.sync({ history: WEEKLY });
    expect(next.result.history).to.deep.equal({ rows: 10, created: 10, updated: 0, failed: 0 });
    const later = historyOf(it.org).filter(({ period }) => period === '2026-11-30');
    expect(later.map(({ parent, change }) => [parent, change])).to.deep.equal(
      ids.slice(0, 10).map((id) => [id, rightOf(it, id) - 1]),
    );
  });

  for (const api of ['bulk', 'rest'] as const) {
    it(`corrects the row of the period, and is restored by undo (${api})`, async () => {
      const { place, ids } = await start(25);
      await using it = place;
      const table = it.org.table('Byline__c');
      for (const id of ids) table.update(id, { Tweets__c: 100_000 });
      // Rows that tell of 99,000 at the beginning of the week.
      it.org.table('Byline_Count__c').insert(
        ids.slice(0, 5).map((parent) => ({
          ...{ Byline__c: parent, Key__c: `${parent}-2026-11-23`, Period__c: '2026-11-23' },
          ...{ Tweets__c: 100_000, Tweets_Change__c: 1000 },
        })),
      );
      const before = historyOf(it.org);
      const { result } = await it.sync({ api, history: WEEKLY });
      expect(result.history).to.deep.equal({ rows: 25, created: 20, updated: 5, failed: 0 });
      expect(historyOf(it.org).map(({ count, change }) => [count, change])).to.deep.equal(
        ids.map((id, at) => [rightOf(it, id), rightOf(it, id) - (at < 5 ? 99_000 : 100_000)]),
      );
      const undone = await it.undo();
      expect(undone.result).to.deep.include({
        state: 'Completed',
        history: { rows: 25, created: 0, updated: 25, failed: 0 },
      });
      const emptied = ids.slice(5).map((parent) => ({ parent, period: '2026-11-23', count: null, change: null }));
      expect(historyOf(it.org)).to.deep.equal([...before, ...emptied]);
      expect(table.all().map((row) => row['Tweets__c'])).to.deep.equal(ids.map(() => 100_000));
      // The rows are there, but hold nothing: the week starts over.
      const again = await it.sync({ api, history: WEEKLY });
      expect(again.result.history).to.deep.equal({ rows: 25, created: 0, updated: 25, failed: 0 });
    });
  }

  it('omits unknown values: a row the org refused, of a record that does not hold the count', async () => {
    const { place, ids } = await start(12);
    await using it = place;
    const refused = { statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: 'no' };
    it.org.refuseRows({ ids: [ids[2]!], ...refused });
    it.org.refuseRows({ ids: [`${ids[4]}-2026-11-23`], ...refused });
    const { result, notes, groups, history } = await it.sync({ history: WEEKLY });
    expect(result).to.deep.include({
      ...{ state: 'CompletedWithFailures', history: { rows: 12, created: 10, updated: 0, failed: 2 } },
    });
    expect(historyOf(it.org).map(({ parent }) => parent)).to.deep.equal(ids.filter((_, at) => at !== 2 && at !== 4));
    expect(notes).to.include('History rows skipped because their records were not written: 1.');
    expect(groups[0]?.example).to.include({ id: ids[2], url: urlOf(2), label: 'Article 2' });
    expect(history.groups[0]?.example).to.include({ id: `${ids[4]}-2026-11-23`, url: urlOf(4), label: 'Article 4' });
    const { files } = (await it.report({ outputDir: it.folder })).result;
    for (const [file, name] of [
      ['historySuccess', 'Article 3'],
      ['historyFailed', 'Article 4'],
    ] as const) {
      const csv = await readFile(files[file]!, 'utf8');
      expect(csv, file)
        .to.match(/^id,url,label,Tweets__c before,/)
        .and.to.include(`,${name},`);
    }
  });

  it('has a row for each record with "rows": "all"', async () => {
    const { place, ids } = await start(20);
    await using it = place;
    for (const id of ids.slice(5)) it.org.table('Byline__c').update(id, { Tweets__c: rightOf(it, id) });
    const all = { ...WEEKLY, rows: 'all' } as const;
    expect((await it.sync({ history: all })).result.history).to.include({ rows: 20, created: 20 });
    expect(historyOf(it.org).map(({ count, change }) => [count, change])).to.deep.equal(
      ids.map((id, at) => [rightOf(it, id), at < 5 ? null : 0]),
    );
    const again = await it.sync({ history: all });
    expect(again.result).to.deep.include({ jobs: [], history: { rows: 0, created: 0, updated: 0, failed: 0 } });
  });

  it('is in a saved plan: a row that changed since is skipped, and so is that of a changed record', async () => {
    const { place, ids } = await start(20);
    await using it = place;
    const savePlan = `${it.folder}/plan.jsonl`;
    const preview = await it.sync({ history: WEEKLY, dryRun: true, savePlan });
    expect(preview.result.history).to.deep.equal({ rows: 20, created: 0, updated: 0, failed: 0 });
    expect([preview.history.created, preview.batches]).to.deep.equal([20, 4]);
    const settings = {
      sobject: 'Byline__c',
      urlField: 'Published_URL__c',
      fields: TWITTER,
      stampField: null,
      path: 'x',
    };
    for (const [history, services, says] of [
      [null, {}, 'rows changed), not none'],
      [{ ...WEEKLY, fields: { twitter: 'Reads__c' } }, {}, 'counts twitter=Reads__c'],
      [{ ...WEEKLY, rows: 'all' }, {}, 'rows all'],
      [WEEKLY, { twitter: { kind: 'window' } }, 'growth none'],
    ] as const) {
      const error = await rejection(it.syncPlan(savePlan, {}, { settings: { ...settings, history, services } }));
      expect(error.name).to.equal('PlanOfOtherSettingsError');
      expect(error.message).to.include('its history is Byline_Count__c').and.to.include(says);
    }
    expect(it.org.jobs()).to.deep.equal([]);
    it.org.table('Byline__c').update(ids[3]!, { Tweets__c: 1 });
    const key = { Key__c: `${ids[4]}-2026-11-23`, Period__c: '2026-11-23' };
    it.org.table('Byline_Count__c').insert([{ Byline__c: ids[4]!, ...key, Tweets__c: 9 }]);
    const { result, history } = await it.syncPlan(
      savePlan,
      {},
      { settings: { ...settings, history: WEEKLY, services: {} } },
    );
    expect(result.history).to.deep.equal({ rows: 18, created: 18, updated: 0, failed: 0 });
    expect(history.conflicts).to.equal(2);
    const rows = historyOf(it.org);
    expect(rows.map(({ parent }) => parent)).to.deep.equal(ids.filter((id) => id !== ids[3]));
    expect(rows.find(({ parent }) => parent === ids[4])?.count).to.equal(9);
  });

  it('is refused before anything is sent if it needs more storage or batches than the org has left', async () => {
    const { place } = await start(600, { storageMb: 2, pageSize: 700 });
    await using it = place;
    const storage = await rejection(it.sync({ history: WEEKLY }));
    expect(storage.name).to.equal('StorageNotLeftError');
    expect(storage.message).to.include('about 600 new records (2 MB of data storage)').and.to.include('only 0 MB');
    expect(it.org.jobs()).to.deep.equal([]);
    const { place: other } = await start(20);
    await using that = other;
    that.org.setBatchesUsed(15_000 - 3);
    expect((await rejection(that.sync({ history: WEEKLY }))).name).to.equal('BatchesNotLeftError');
    expect(that.org.jobs()).to.deep.equal([]);
  });
});

describe('a fault in the upsert of a history', () => {
  let services: EmulatedServices;
  before(async () => void (services = await startServices()));
  after(() => services.close());

  /** Forty articles whose history meets a lock, another upsert, and a rule. */
  async function startFixture(
    api: 'bulk' | 'rest',
  ): Promise<{ run: InProcessRun; ids: string[]; sync: () => Promise<RunView> }> {
    const run = await InProcessRun.start(services, { pageSize: 50 });
    run.clock.jump(WEDNESDAY - run.clock.now());
    const ids = insertArticles(run, 40);
    const key = (at: number): string => `${ids[at]}-2026-11-23`;
    run.org.lockRows([key(7)], 1);
    run.org.raceKeys([key(9)], 1);
    run.org.refuseRows({ ids: [key(3)], statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: 'no' });
    return { run, ids, sync: () => run.sync({ api, history: WEEKLY }) };
  }

  function expectRight({ run, ids }: { run: InProcessRun; ids: string[] }, { result }: RunView, where: string): void {
    expect(problems(run), where).to.deep.equal([]);
    expect(result.state, where).to.equal('CompletedWithFailures');
    expect(result.history, where).to.deep.equal({ rows: 40, created: 39, updated: 0, failed: 1 });
    expect(
      historyOf(run.org).map(({ parent }) => parent),
      where,
    ).to.deep.equal(ids.filter((_, at) => at !== 3));
    expect(result.failures, where).to.deep.equal([]);
  }

  /** Requests of an undisturbed run, and how many of them are of the update, which has faults of its own elsewhere. */
  const KINDS = {
    bulk: { 'create-job': 3, 'add-batch': 9, 'close-job': 3, 'list-batches': 3, 'get-result': 1 },
    rest: { 'upsert-collection': 5 },
  };
  const OF_UPDATE: Readonly<Record<string, number>> = {
    ...{ 'create-job': 1, 'add-batch': 4, 'close-job': 1, 'list-batches': 1, 'get-result': 0, 'upsert-collection': 0 },
  };

  for (const api of ['bulk', 'rest'] as const) {
    it(`${api}: an undisturbed run has these requests`, async () => {
      const place = await startFixture(api);
      await using run = place.run;
      expectRight(place, await place.sync(), 'undisturbed');
      expect(run.org.log.kinds()).to.include(KINDS[api]);
    });

    // As each run takes a while, a fault meets one request of each kind: together they meet all of them.
    for (const [nth, [name, fault]] of Object.entries(FAULTS).entries()) {
      it(`${api}: ${name}`, async () => {
        for (const [kind, count] of Object.entries(KINDS[api])) {
          const place = await startFixture(api);
          await using run = place.run;
          const ofUpdate = OF_UPDATE[kind]!;
          tell(run, kind, fault, { skip: ofUpdate + (nth % (count - ofUpdate)) });
          expectRight(place, await place.sync(), kind);
        }
      });
    }
  }

  it('a batch that fails halfway, and lost responses to three attempts in a row', async () => {
    const place = await startFixture('bulk');
    await using run = place.run;
    run.org.failBatch({ skip: 5, afterRecords: 4, stateMessage: 'InternalServerError : try later' });
    expectRight(place, await place.sync(), 'half way');
    for (const kind of ['create-job', 'add-batch', 'close-job']) {
      const other = await startFixture('bulk');
      await using that = other.run;
      tell(that, kind, { fault: 'cut-after' }, { skip: kind === 'add-batch' ? 4 : 1, times: 3 });
      expectRight(other, await other.sync(), kind);
    }
  });
});

/** `sync`, and `resume` until the run has ended; Ctrl-C is pressed at some requests. */
async function syncThrough(
  place: InProcessRun,
  { interrupts, api }: { interrupts: readonly number[]; api: 'bulk' | 'rest' },
): Promise<void> {
  place.org.log.clear();
  // A run that needs fewer requests leaves its interrupts behind: they are none of the next run's.
  const ended = new AbortController();
  for (const nth of interrupts) {
    void place.org.log.arrived(undefined, nth).then(() => {
      if (!ended.signal.aborted) place.controller.abort(new Interrupted('SIGINT'));
    });
  }
  const before = (await place.runIds()).length;
  const ends: string[] = [];
  for (let tried = 0; tried <= interrupts.length; tried += 1) {
    place.controller = new AbortController();
    const begun = (await place.runIds()).length > before;
    const end = await (begun ? place.resume() : place.sync({ api, history: WEEKLY })).then(
      ({ result }) => result.state,
      (error: SfError) => (error.name === 'NothingToResumeError' ? 'Completed' : error.name),
    );
    if (end === 'Completed') return ended.abort();
    ends.push(end);
  }
  throw new Error(`it did not end, but with ${ends.join(', ')}`);
}

describe('growth in a history', () => {
  let services: EmulatedServices;
  before(async () => void (services = await startServices()));
  after(() => services.close());

  it('adds up to what counts grew since the period began, whatever is interrupted in between', async () => {
    const runs = fc.array(
      fc.record({
        /** Days since the run before, what is added to the count of each article, and requests at which Ctrl-C is pressed. */
        days: fc.integer({ min: 0, max: 5 }),
        more: fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 6, maxLength: 6 }),
        interrupts: fc.array(fc.integer({ min: 2, max: 25 }), { maxLength: 2 }),
        api: fc.constantFrom('bulk' as const, 'rest' as const),
      }),
      { minLength: 1, maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(runs, async (given) => {
        await using place = await InProcessRun.start(services, { pageSize: 50 });
        place.clock.jump(WEDNESDAY - place.clock.now());
        const ids = insertArticles(place, 6, { Tweets__c: 1000 });
        const counts = ids.map(() => 1000);
        for (const { days, more, ...how } of given) {
          place.clock.jump(days * DAY);
          more.forEach((by, at) => services.set('twitter', urlOf(at), (counts[at]! += by)));
          await syncThrough(place, how);
        }
        const sumOf = (id: string): number =>
          historyOf(place.org).reduce((sum, { parent, change }) => sum + (parent === id ? Number(change ?? 0) : 0), 0);
        expect(ids.map(sumOf)).to.deep.equal(counts.map((count) => count - 1000));
      }),
      { numRuns: 15, endOnFailure: true },
    );
  });
});
