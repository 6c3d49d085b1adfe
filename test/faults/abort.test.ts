import { expect } from 'chai';
import { type EmulatedServices, startServices } from '../emulator/services/services.ts';
import { insertArticles } from '../rig/articles.ts';
import { Interrupted } from '../../src/process/interrupt.ts';
import { problems } from './check-end.ts';
import { InProcessRun, type InProcessOptions } from './in-process-run.ts';
import { rejection } from './rejection.ts';
import { WEEKLY } from './weekly-history.ts';

describe('resume --abort', () => {
  let services: EmulatedServices;
  before(async () => void (services = await startServices()));
  after(() => services.close());

  const start = (options: InProcessOptions = {}): Promise<InProcessRun> => InProcessRun.start(services, options);
  const tweets = (place: InProcessRun): unknown[] =>
    place.org
      .table('Byline__c')
      .all()
      .map(({ Tweets__c: count }) => count);

  it('aborts a job the org has not begun: nothing is written, and resume finishes the run in another job', async () => {
    await using place = await start();
    insertArticles(place, 30);
    place.org.holdBatches();
    const { result: waiting } = await place.sync({ waitMs: 0 });
    expect(waiting.state).to.equal('InProgress');
    const { result } = await place.abort();
    expect(result).to.deep.include({ state: 'Aborted', jobs: [{ ...waiting.jobs[0]!, state: 'Aborted' }] });
    expect(result.records).to.include({ changed: 30, updated: 0, failed: 0, unprocessed: 30 });
    expect(place.org.jobs().map(({ state }) => state)).to.deep.equal(['Aborted']);
    expect(tweets(place)).to.deep.equal(Array.from({ length: 30 }, () => null));
    expect((await rejection(place.abort())).name).to.equal('NothingToAbortError');
    place.org.releaseBatches();
    const resumed = await place.resume();
    expect(resumed.result.records).to.include({ changed: 30, updated: 30, unprocessed: 0 });
    expect(problems(place)).to.deep.equal([]);
  });

  for (const api of ['bulk', 'rest'] as const) {
    for (const history of [null, WEEKLY]) {
      const kept = history ? ' with a history' : '';
      it(`${api}${kept}: ends an interrupted run with what it has written, which can be undone`, async () => {
        await using place = await start();
        const ids = insertArticles(place, 60);
        const sent = api === 'bulk' ? 'add-batch' : 'collections';
        void place.org.log.arrived(sent, 3).then(() => place.controller.abort(new Interrupted('SIGINT')));
        const batchSize = 10;
        expect((await rejection(place.sync({ api, history, batchSize }))).name).to.equal('InterruptedError');
        place.controller = new AbortController();
        const { records, state } = (await place.abort()).result;
        expect(state).to.equal('Aborted');
        const written = tweets(place).filter((count) => count !== null).length;
        expect(records.updated).to.equal(written).and.to.be.greaterThan(0);
        expect(records.unprocessed)
          .to.equal(records.changed - written)
          .and.to.be.greaterThan(0);
        expect(place.org.jobs().filter(({ state: now }) => now === 'Open')).to.deep.equal([]);
        const undone = await place.undo();
        expect(undone.result.records).to.include({ updated: written, unprocessed: 0 });
        expect(tweets(place)).to.deep.equal(ids.map(() => null));
      });
    }
  }

  it('finds a batch whose response was lost before it aborts', async () => {
    await using place = await start();
    insertArticles(place, 30);
    place.org.holdBatches();
    place.org.faults.tell('add-batch', { fault: 'cut-after' }, { skip: 1 });
    void place.org.log.arrived('add-batch', 2).then(() => place.controller.abort(new Interrupted('SIGINT')));
    await rejection(place.sync({ batchSize: 10 }));
    place.controller = new AbortController();
    const { result } = await place.abort();
    expect(result.state).to.equal('Aborted');
    expect(result.records).to.include({ updated: 0, unprocessed: result.records.changed });
    place.org.releaseBatches();
    expect((await place.resume()).result.records).to.include({ unprocessed: 0 });
    expect(place.writes().filter((times) => times > 1)).to.deep.equal([]);
  });

  it('refuses a run that has ended', async () => {
    await using place = await start();
    insertArticles(place, 5);
    await place.sync();
    const error = await rejection(place.abort());
    expect(error).to.include({ name: 'NothingToAbortError', exitCode: 1 });
  });
});
