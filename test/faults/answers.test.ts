import { expect } from 'chai';
import { type EmulatedServices, startServices } from '../emulator/services/services.ts';
import { insertArticles } from '../rig/articles.ts';
import { problems } from './check-end.ts';
import { InProcessRun, type InProcessOptions } from './in-process-run.ts';
import { startFixture } from './fixture.ts';
import { rejection } from './rejection.ts';

const HTML = '<!DOCTYPE html><html><body>Down for maintenance</body></html>';

describe('how a run responds to a fault', () => {
  let services: EmulatedServices;
  before(async () => void (services = await startServices()));
  after(() => services.close());

  const start = (options: InProcessOptions = {}): Promise<InProcessRun> => InProcessRun.start(services, options);

  it('Retry-After: it waits that long before it retries', async () => {
    await using place = await start();
    insertArticles(place, 5);
    const headers = { 'retry-after': '7' };
    place.org.faults.tell('list-batches', { fault: 'status', status: 503, headers });
    const before = place.clock.now();
    await place.sync();
    expect(place.clock.now() - before).to.be.at.least(7000);
    expect(problems(place)).to.deep.equal([]);
  });

  for (const times of [1, 2, 3]) {
    it(`rows that are locked ${times} times: retried in a Serial job each time, and reported`, async () => {
      await using place = await start();
      const ids = insertArticles(place, 30);
      place.org.lockRows([ids[2]!, ids[12]!, ids[13]!], times);
      const { result, notes } = await place.sync();
      expect(result.state).to.equal('Completed');
      expect(problems(place)).to.deep.equal([]);
      const [first, ...again] = place.org.jobs();
      expect(first).to.include({ concurrencyMode: 'Parallel', state: 'Closed' });
      expect(again.map(({ concurrencyMode, state }) => [concurrencyMode, state])).to.deep.equal(
        Array.from({ length: times }, () => ['Serial', 'Closed']),
      );
      expect(again.map(({ batches }) => batches.map(({ records }) => records))).to.deep.equal(again.map(() => [3]));
      expect(notes).to.deep.equal([
        `3 rows were sent again ${times === 1 ? 'once' : `up to ${times} times`}, in a Serial job, as they met a lock or their batch failed.`,
      ]);
    });
  }

  it('rows that stay locked are failures after three more rounds; nothing is left to resume', async () => {
    await using place = await start();
    const ids = insertArticles(place, 30);
    const locked = [ids[2]!, ids[12]!];
    place.org.lockRows(locked, 1000);
    const { result } = await place.sync();
    expect(result).to.deep.include({ state: 'CompletedWithFailures' });
    expect(result.failures.map(({ id, statusCode }) => [id, statusCode])).to.deep.equal(
      locked.map((id) => [id, 'UNABLE_TO_LOCK_ROW']),
    );
    expect(place.org.jobs()).to.have.length(4);
    expect(problems(place, { refused: locked })).to.deep.equal([]);
    expect(await rejection(place.resume())).to.include({ name: 'NothingToResumeError' });
  });

  it('a batch that fails halfway: its results count, the other rows are retried, and its message is reported', async () => {
    await using place = await start();
    insertArticles(place, 30);
    const stateMessage = 'TooManyLockFailure : Too many lock failure 200 Trying again later.';
    place.org.failBatch({ skip: 1, afterRecords: 4, stateMessage });
    const { result, notes } = await place.sync();
    expect(result.state).to.equal('Completed');
    expect(problems(place)).to.deep.equal([]);
    const [first, again] = place.org.jobs();
    const failed = first!.batches.find(({ state }) => state === 'Failed');
    expect(notes).to.deep.equal([
      '6 rows were sent again once, in a Serial job, as they met a lock or their batch failed.',
      `Batch ${failed!.id} of job ${first!.id} Failed: ${stateMessage}`,
    ]);
    expect(again!.batches.map(({ records }) => records)).to.deep.equal([6]);
  });

  it('a batch that always fails is sent four times, and no more; its rows are unprocessed, and resume sends them', async () => {
    await using place = await start();
    insertArticles(place, 12);
    const stateMessage = 'InternalServerError : try later';
    place.org.failBatch({ times: 8, stateMessage });
    const { result, notes } = await place.sync();
    expect(result.state).to.equal('CompletedWithFailures');
    expect(result.records).to.include({ updated: 0, failed: 0, unprocessed: 12 });
    expect(place.org.jobs()).to.have.length(4);
    expect(notes.join('\n')).to.include(stateMessage).and.to.include('sf byline resume --job-id 750');
    expect((await place.resume()).result.state).to.equal('Completed');
    expect(problems(place)).to.deep.equal([]);
  });

  it('a batch that completes with a message is not a failure, but the message is reported', async () => {
    await using place = await start();
    insertArticles(place, 5);
    place.org.failBatch({ state: 'Completed', stateMessage: 'Apex CPU time was close to its limit' });
    const { result, notes } = await place.sync();
    expect(result.state).to.equal('Completed');
    expect(notes.join()).to.include('Completed: Apex CPU time was close to its limit');
  });

  it('a job that a user aborts: unprocessed, and resume finishes it', async () => {
    await using place = await start();
    insertArticles(place, 30);
    place.org.holdBatches();
    const sync = place.sync();
    await place.org.log.arrived('list-batches');
    place.org.abortJob(place.org.jobs()[0]!.id);
    place.org.releaseBatches();
    const { result, notes } = await sync;
    expect(result.state).to.equal('Aborted');
    expect(result.records).to.include({ updated: 0, failed: 0, unprocessed: 30 });
    expect(notes.at(-1)).to.equal(
      `Rows the org did not process: 30. Send them with "sf byline resume --job-id ${result.jobs[0]!.id}".`,
    );
    const resumed = await place.resume();
    expect(resumed.result.records).to.include({ updated: 30, unprocessed: 0 });
    expect(problems(place)).to.deep.equal([]);
  });

  it('a job that a user aborts while batches are sent: exit 1, and resume finishes it in another job', async () => {
    await using place = await start();
    insertArticles(place, 60);
    place.org.holdBatches();
    place.org.faults.tell('add-batch', { fault: 'late', until: place.org.log.arrived('add-batch', 3) }, { skip: 1 });
    void place.org.log.arrived('add-batch', 3).then(() => place.org.abortJob(place.org.jobs()[0]!.id));
    const error = await rejection(place.sync());
    expect(error).to.include({ name: 'JobNotOpenError', exitCode: 1 });
    expect(error.actions?.at(-1)).to.equal(
      `Finish the run with "sf byline resume --job-id ${place.org.jobs()[0]!.id}".`,
    );
    expect((await place.state()).jobs.map(({ state }) => state)).to.deep.equal(['Aborted']);
    place.org.releaseBatches();
    expect((await place.resume()).result.state).to.equal('Completed');
    expect(problems(place)).to.deep.equal([]);
  });

  for (const [what, exhaust, recover] of [
    [
      'batches',
      (place: InProcessRun) => place.org.setBatchesUsed(14_998),
      (place: InProcessRun) => place.org.setBatchesUsed(0),
    ],
    // By somebody else: of its own the run would have known before.
    [
      'API requests',
      ({ org }: InProcessRun) => void org.log.arrived('add-batch', 2).then(() => org.setApiUsed(15_000)),
      (place: InProcessRun) => place.org.setApiUsed(0),
    ],
  ] as const) {
    it(`the day's ${what} are used up halfway: exit 1 at once, when to continue, and resume continues`, async () => {
      await using place = await start();
      insertArticles(place, 60);
      exhaust(place);
      const error = await rejection(place.sync());
      expect(error).to.include({ name: 'QuotaExceededError', exitCode: 1 });
      expect(error.actions?.join('\n'))
        .to.include('recover over 24 hours')
        .and.to.include('sf byline resume --job-id 750');
      const known = await place.state();
      expect(known.batches.filter(({ phase }) => phase === 'sent').length).to.equal(
        place.org.jobs()[0]!.batches.length,
      );
      recover(place);
      expect((await place.resume()).result.state).to.equal('Completed');
      expect(problems(place)).to.deep.equal([]);
    });
  }

  for (const [name, reply] of Object.entries({
    'HTML with HTTP 200': { status: 200, body: HTML },
    'an empty body with HTTP 200': { status: 200, body: '' },
    'HTML with HTTP 302': { status: 302, body: HTML },
    'HTML with HTTP 403': { status: 403, body: HTML },
    'an empty body with HTTP 404': { status: 404, body: '' },
  })) {
    it(`${name}, at every kind of request: an error that names request and status, and resume continues`, async () => {
      for (const [kind, request] of Object.entries(NAMES)) {
        await using place = await startFixture(services);
        const { run, refused } = place;
        run.org.faults.tell(kind, { fault: 'status', ...reply }, { times: 50 });
        const error = await rejection(run.sync());
        expect(error.message, kind).to.match(request).and.to.include(`HTTP ${reply.status}`);
        expect(error.exitCode, kind).to.equal(1);
        run.org.faults.clear();
        const begun = (await run.runIds()).length > 0;
        const { result } = await (begun ? run.resume() : run.sync());
        expect(result.state, kind).to.equal('CompletedWithFailures');
        expect(problems(run, { refused }), kind).to.deep.equal([]);
      }
    });
  }

  it('a session that expires halfway and can\'t be refreshed: exit 1, "log in again", and resume continues', async () => {
    for (const kind of ['query-more', 'create-job', 'add-batch', 'close-job', 'list-batches', 'get-result']) {
      await using place = await startFixture(services, { refreshable: false });
      const { run, refused } = place;
      run.org.expireSessionAfter(kind, 1);
      const error = await rejection(run.sync());
      expect(error, kind).to.include({ name: 'SessionExpiredError', exitCode: 1 });
      expect(error.actions?.join('\n'), kind).to.include('sf org login').and.to.include('sf byline resume --');
      expect((error.data as { state: string }).state, kind).to.equal('Failed');
      await run.resume();
      expect(problems(run, { refused }), kind).to.deep.equal([]);
    }
  });

  it('more requests than --max-api-requests allows, or than the org has left: nothing is sent, and resume continues', async () => {
    const cases = [
      {
        given: { maxRequests: 9 },
        name: 'ApiRequestsNotAllowedError',
        text: /50 changes .* 8 API .* 7\b.*\n.* 10 or more/,
      },
      { given: { apiMax: 9 }, name: 'ApiRequestsNotLeftError', text: /50 changes .* 8 API .* has only 7 left/ },
    ];
    for (const { given, name, text } of cases) {
      await using place = await start(given);
      insertArticles(place, 50);
      const error = await rejection(place.sync());
      expect(error).to.include({ name, exitCode: 1 });
      expect([error.message, ...(error.actions ?? [])].join('\n')).to.match(text);
      expect(error.actions?.join('\n')).to.include('sf byline resume --');
      expect(place.org.apiRequests()).to.equal(2);
      expect(place.org.jobs()).to.deep.equal([]);
      place.maxRequests = undefined;
      // To resume takes two requests more: the object is described, and what was not sent is read again.
      place.org.setApiUsed(-2);
      await place.resume();
      expect(problems(place)).to.deep.equal([]);
    }
  });

  it('the same if the first batch is full before the plan is complete: the rest is assumed to change as often', async () => {
    await using place = await start({ maxRequests: 11, pageSize: 20 });
    insertArticles(place, 60);
    const error = await rejection(place.sync());
    expect(error).to.include({ name: 'ApiRequestsNotAllowedError' });
    expect(error.message).to.match(/The 60 changes .* about 9 API/);
    expect(place.org.jobs()).to.deep.equal([]);
  });

  // Ten requests would be enough, had the job not taken so long.
  for (const limit of [10, 11, 12]) {
    it(`--max-api-requests ${limit}: it is kept, no job is left open, and resume continues`, async () => {
      await using place = await start({ maxRequests: limit });
      insertArticles(place, 50);
      place.org.holdBatches();
      const error = await rejection(place.sync());
      expect(error).to.include({ name: 'ApiRequestLimitError', exitCode: 1 });
      expect(place.org.apiRequests()).to.be.at.most(limit);
      expect(place.org.jobs().filter(({ state }) => state === 'Open')).to.deep.equal([]);
      place.org.releaseBatches();
      place.maxRequests = undefined;
      await ((await place.runIds()).length > 0 ? place.resume() : place.sync());
      expect(problems(place)).to.deep.equal([]);
    });
  }

  it('the org closes the query while it is counted: it continues after the last record', async () => {
    await using place = await start({ pageSize: 7, limits: { openCursors: 0 } });
    insertArticles(place, 30);
    const { result } = await place.sync();
    expect(result.records).to.include({ queried: 30, updated: 30 });
    expect(problems(place)).to.deep.equal([]);
    const limited = await place.sync({ limit: 20, all: true });
    expect(limited.result.records).to.include({ queried: 20, updated: 20 });
  });

  it('a job the org has forgotten, as it does after seven days: exit 1, and another sync writes what differs', async () => {
    await using place = await start();
    insertArticles(place, 30);
    place.org.holdBatches();
    await place.sync({ waitMs: null });
    place.org.releaseBatches();
    const body =
      '<error xmlns="http://www.force.com/2009/06/asyncapi/dataload"><exceptionCode>InvalidJob</exceptionCode></error>';
    place.org.faults.tell('list-batches', { fault: 'status', status: 400, body });
    expect(await rejection(place.resume())).to.include({ name: 'OrgRefusedError', exitCode: 1 });
    expect((await place.sync()).result).to.deep.include({ state: 'Completed', jobs: [] });
    expect(problems(place)).to.deep.equal([]);
  });

  it('a field that is removed while the job runs: reported, and once it is back, resume sends the rows', async () => {
    await using place = await start();
    insertArticles(place, 30);
    place.org.failBatch({ times: 3, stateMessage: 'InvalidBatch : Field name not found : Tweets__c' });
    const { result, notes } = await place.sync();
    expect(result.state).to.equal('CompletedWithFailures');
    expect(place.org.jobs(), 'another try would be refused, too').to.have.length(1);
    expect(result.apiRequests.used).to.be.at.most(10);
    expect(notes.join('\n')).to.include('Failed: InvalidBatch : Field name not found : Tweets__c');
    expect((await place.resume()).result.state).to.equal('Completed');
    expect(problems(place)).to.deep.equal([]);
  });

  it('a job that outlasts --wait: exit 69, and resume reads its results', async () => {
    await using place = await start();
    insertArticles(place, 30);
    place.org.holdBatches();
    expect((await place.sync({ waitMs: 60_000 })).result.state).to.equal('InProgress');
    place.org.releaseBatches();
    expect((await place.resume()).result.state).to.equal('Completed');
    expect(problems(place)).to.deep.equal([]);
  });
});

/** What an error says of a request of this kind. */
const NAMES = {
  describe: /GET sobjects\/Byline__c\/describe/,
  query: /GET query/,
  'query-more': /GET \/services\/data\/v64\.0\/query\//,
  'create-job': /POST job/,
  'add-batch': /POST job\/750\w+\/batch/,
  'close-job': /POST job\/750\w+/,
  'list-batches': /GET job\/750\w+\/batch/,
  'get-result': /GET job\/750\w+\/batch\/751\w+\/result/,
};
