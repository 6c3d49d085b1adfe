import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { journalPath } from '../../src/journal/runs.ts';
import { Interrupted } from '../../src/process/interrupt.ts';
import { type EmulatedServices, startServices } from '../emulator/services/services.ts';
import { insertArticles } from '../rig/articles.ts';
import { problems } from './check-end.ts';
import { InProcessRun, type InProcessOptions } from './in-process-run.ts';
import { expectRightEnd, faultsAt, startFixture, tell } from './fixture.ts';
import { rejection } from './rejection.ts';

const REST = { api: 'rest' } as const;

/** Every kind of request of an undisturbed run over the REST API, and how many of each there are. */
const KINDS = { describe: 1, query: 1, 'query-more': 2, collections: 5 };

/** What records hold is asked by such a request. */
const READ = 'query';

describe('a fault at every update over the REST API', () => {
  let services: EmulatedServices;
  before(async () => void (services = await startServices()));
  after(() => services.close());

  it('an undisturbed run has these requests', async () => {
    await using place = await startFixture(services);
    await place.run.sync(REST);
    expect(place.run.org.log.kinds()).to.deep.equal(KINDS);
    expect(problems(place.run, place)).to.deep.equal([]);
  });

  for (let skip = 0; skip < KINDS.collections; skip += 1) {
    it(`update number ${skip + 1}: each fault`, async () => {
      for (const [name, fault] of faultsAt(skip)) {
        await using place = await startFixture(services);
        tell(place.run, 'collections', fault, { skip });
        await expectRightEnd(place, name, REST);
      }
    });
  }

  for (const fault of ['cut-before', 'cut-after'] as const) {
    it(`three times in a row: ${fault}`, async () => {
      await using place = await startFixture(services);
      tell(place.run, 'collections', { fault }, { times: 3 });
      await expectRightEnd(place, 'collections', REST);
    });
  }

  it('a lost response, and then no response to the query of the records', async () => {
    for (const [at, first] of (['cut-before', 'cut-after'] as const).entries()) {
      for (const [name, fault] of faultsAt(at)) {
        await using place = await startFixture(services);
        tell(place.run, 'collections', { fault: first });
        tell(place.run, READ, fault);
        await expectRightEnd(place, `${first}, then ${name}`, REST);
      }
    }
  });
});

describe('a run over the REST API', () => {
  let services: EmulatedServices;
  before(async () => void (services = await startServices()));
  after(() => services.close());

  /** Forty articles, none of them refused. */
  async function articles(options: InProcessOptions = {}): Promise<{ run: InProcessRun; ids: string[] }> {
    const run = await InProcessRun.start(services, options);
    return { run, ids: insertArticles(run, 40) };
  }

  it('whose answer is lost reports rows that another user changed meanwhile as failed, and leaves them unchanged', async () => {
    const { run, ids } = await articles();
    await using place = run;
    const table = place.org.table('Byline__c');
    tell(place, 'collections', { fault: 'cut-after' });
    void place.org.log.arrived('collections').then(() => table.update(ids[2]!, { Tweets__c: -7 }));
    const { result } = await place.sync({ ...REST, serial: true });
    expect(result.state).to.equal('CompletedWithFailures');
    expect(result.records).to.include({ changed: 40, updated: 39, failed: 1, unprocessed: 0 });
    expect(result.failures).to.deep.equal([
      {
        ...{ id: ids[2], statusCode: 'OUTCOME_UNKNOWN', fields: ['Tweets__c'] },
        message:
          'the answer was lost, and the record holds neither what it held before nor what was to be written: Tweets__c is -7',
      },
    ]);
    expect(table.get(ids[2]!)?.['Tweets__c']).to.equal(-7);
    expect(problems(place, { refused: [ids[2]!] })).to.deep.equal([`${ids[2]} was written by 1 batches, not by 0`]);
  });

  it('that gets no answer at all ends with an error, and resume finishes it', async () => {
    const { run } = await articles();
    await using place = run;
    tell(place, 'collections', { fault: 'status', status: 503 }, { times: 1000 });
    const error = await rejection(place.sync({ ...REST, batchSize: 100 }));
    expect(error).to.have.property('name', 'AnswersLostError');
    expect(error).to.have.property('exitCode', 1);
    expect(error.message).to.include('PATCH composite/sobjects: HTTP 503');
    expect(place.org.log.count('collections')).to.equal(4);
    place.org.faults.clear();
    expect((await place.resume()).result).to.deep.include({ state: 'Completed', jobs: [] });
    expect(problems(place)).to.deep.equal([]);
  });

  it('of which one request is never answered leaves its rows unprocessed, and resume sends them', async () => {
    const { run } = await articles();
    await using place = run;
    tell(place, 'collections', { fault: 'cut-before' }, { skip: 3, times: 4 });
    const { result } = await place.sync(REST);
    expect(result.state).to.equal('CompletedWithFailures');
    expect(result.records).to.include({ updated: 30, failed: 0, unprocessed: 10 });
    expect((await place.resume()).result.records).to.include({ updated: 40, failed: 0, unprocessed: 0 });
    expect(problems(place)).to.deep.equal([]);
  });

  it('sends rows that meet a lock again, in smaller requests one after the other, three times at most', async () => {
    const { run, ids } = await articles();
    await using place = run;
    place.org.lockRows([ids[1]!], 3);
    place.org.lockRows([ids[39]!], 99);
    const { result } = await place.sync({ ...REST, batchSize: 200 });
    expect(result.records).to.include({ updated: 39, failed: 1 });
    expect(result.failures.map(({ id, statusCode }) => [id, statusCode])).to.deep.equal([
      [ids[39], 'UNABLE_TO_LOCK_ROW'],
    ]);
    const sizes = place.org.log.of('collections').map(({ body }) => recordsIn(body));
    expect(sizes).to.deep.equal([40, 2, 2, 2]);
    expect(problems(place, { refused: [ids[39]!] })).to.deep.equal([]);
  });

  it('does not send them again when the waiting time is over; resume does', async () => {
    const { run, ids } = await articles();
    await using place = run;
    place.org.lockRows([ids[1]!], 1);
    const { result } = await place.sync({ ...REST, waitMs: 0 });
    expect(result.state).to.equal('InProgress');
    expect(result.records).to.include({ updated: 39, failed: 0 });
    expect((await place.resume()).result.state).to.equal('Completed');
    expect(problems(place)).to.deep.equal([]);
  });

  it('whose last outcome did not reach the disk asks for it, and writes nothing again', async () => {
    const { run } = await articles();
    await using place = run;
    await place.sync(REST);
    const [runId = ''] = await place.runIds();
    const path = journalPath(place.folder, runId);
    const text = await readFile(path, 'utf8');
    // Torn in the middle of the last outcome.
    await writeFile(path, text.slice(0, text.lastIndexOf('{"fact":"outcome"') + 30));
    const { result } = await place.resume();
    expect(result.state).to.equal('Completed');
    expect(result.records).to.include({ changed: 40, updated: 40, failed: 0, unprocessed: 0 });
    expect([place.org.log.count('query'), place.org.log.count('collections')]).to.deep.equal([2, 4]);
    expect(problems(place)).to.deep.equal([]);
  });

  it('stops where the allocation is used up, and resume continues', async () => {
    const { run } = await articles({ apiMax: 1000 });
    await using place = run;
    void place.org.log.arrived('collections', 2).then(() => place.org.setApiUsed(1000));
    const error = await rejection(place.sync({ ...REST, serial: true }));
    expect(error).to.have.property('name', 'QuotaExceededError');
    expect(error).to.have.property('exitCode', 1);
    expect(place.org.log.count('collections')).to.equal(3);
    place.org.setApiUsed(0);
    expect((await place.resume()).result.records).to.include({ updated: 40, failed: 0 });
    expect(problems(place)).to.deep.equal([]);
  });

  it('that is interrupted with requests under way is resumed without writing twice', async () => {
    const { run } = await articles();
    await using place = run;
    // Of three requests one is not processed, and two are.
    place.org.faults.tell('collections', { fault: 'hang' });
    place.org.faults.tell('collections', { fault: 'hang', done: true });
    void place.org.log.arrived('collections', 3).then(() => place.controller.abort(new Interrupted('SIGINT')));
    expect(await rejection(place.sync(REST))).to.have.property('exitCode', 130);
    place.controller = new AbortController();
    expect((await place.resume()).result.records).to.include({ updated: 40, failed: 0, unprocessed: 0 });
    expect(problems(place)).to.deep.equal([]);
  });

  it('has three requests under way, with --serial one', async () => {
    const { run } = await articles();
    await using place = run;
    const { org } = place;
    // It is not answered before the third is there.
    org.faults.tell('collections', { fault: 'late', until: org.log.arrived('collections', 3) });
    await place.sync(REST);
    expect(problems(place)).to.deep.equal([]);
    await place.sync({ ...REST, serial: true, all: true });
    const facts = (await place.journal())
      .map(({ fact }) => fact)
      .filter((fact) => fact === 'sending' || fact === 'outcome');
    expect(facts).to.deep.equal(Array.from({ length: 4 }, () => ['sending', 'outcome']).flat());
  });

  it('is undone over the REST API, fields that were empty with null', async () => {
    const { run } = await articles();
    await using place = run;
    await place.sync(REST);
    place.org.table('Byline__c').forgetWrites();
    place.org.log.clear();
    expect((await place.undo()).result).to.deep.include({ state: 'Completed', command: 'undo', jobs: [] });
    expect(problems(place, { undone: true })).to.deep.equal([]);
    expect(place.org.log.kinds()).to.deep.equal({ describe: 1, query: 1, collections: 4 });
    expect(place.org.log.of('collections')[0]!.body.toString()).to.include('"Tweets__c":null');
  });

  it('applies a saved plan', async () => {
    const { run, ids } = await articles();
    await using place = run;
    const savePlan = join(place.folder, 'plan.jsonl');
    await place.sync({ ...REST, dryRun: true, savePlan });
    expect(place.org.log.count('collections')).to.equal(0);
    place.org.table('Byline__c').update(ids[0]!, { Tweets__c: -1 });
    const { result } = await place.syncPlan(savePlan, REST);
    expect(result.records).to.include({ changed: 40, updated: 39, skipped: 1 });
    expect(result.jobs).to.deep.equal([]);
    expect(place.org.log.count('collections')).to.equal(4);
  });
});

const recordsIn = (body: Buffer): number => (JSON.parse(body.toString()) as { records: unknown[] }).records.length;
