import { expect } from 'chai';
import type { Answer } from '../../src/model/bulk.ts';
import { BATCH_CLOSE, BATCH_OPEN, writeRecord } from '../../src/salesforce/bulk-xml.ts';
import { SalesforceApiError } from '../../src/salesforce/api-error.ts';
import { Connected, rejection } from './connected.ts';

const HTML = '<!DOCTYPE html><html><body>Down for maintenance</body></html>';
const NO_JOB = '750000000000000AAA';

describe('the Bulk API client', () => {
  it('creates a job, adds batches, closes it, and reads their states and results', async () => {
    await using here = await Connected.start();
    const { bulk, signal, org } = here;
    const ids = here.insert(4);
    org.refuseRows({
      ids: [ids[1]!],
      statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
      message: 'a < b & c',
      fields: ['Tweets__c'],
    });

    const job = idOf(await bulk.createJob('Parallel', signal));
    expect(org.jobs()).to.have.length(1);
    expect(org.jobs()[0]).to.include({
      id: job,
      operation: 'update',
      object: 'Byline__c',
      state: 'Open',
      concurrencyMode: 'Parallel',
      contentType: 'XML',
    });
    expect(await bulk.listBatches(job, signal)).to.deep.equal([]);
    expect(await bulk.getJob(job, signal)).to.include({ id: job, state: 'Open', batches: 0 });

    const first = idOf(await bulk.addBatch(job, batchOf(ids.slice(0, 3)), signal));
    const second = idOf(await bulk.addBatch(job, batchOf([ids[3]!]), signal));
    await bulk.closeJob(job, signal);
    expect(await bulk.getJob(job, signal)).to.include({ id: job, state: 'Closed', batches: 2 });
    expect(await bulk.listBatches(job, signal)).to.deep.equal([
      { id: first, state: 'Completed', stateMessage: null, recordsProcessed: 3, recordsFailed: 1 },
      { id: second, state: 'Completed', stateMessage: null, recordsProcessed: 1, recordsFailed: 0 },
    ]);
    const written = { success: true, statusCode: '', message: '', fields: [] };
    expect(await bulk.getResults(job, first, signal)).to.deep.equal([
      { id: ids[0], ...written },
      { success: false, statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: 'a < b & c', fields: ['Tweets__c'] },
      { id: ids[2], ...written },
    ]);
    expect(await bulk.getRequestIds(job, first, signal)).to.deep.equal(ids.slice(0, 3));
    expect(here.tweets()).to.deep.equal([1000, 1, 1000, 1000]);
  });

  it('creates Serial jobs', async () => {
    await using here = await Connected.start();
    idOf(await here.bulk.createJob('Serial', here.signal));
    expect(here.org.jobs()[0]?.concurrencyMode).to.equal('Serial');
  });

  it('aborts a job', async () => {
    await using here = await Connected.start();
    const job = idOf(await here.bulk.createJob('Parallel', here.signal));
    await here.bulk.abortJob(job, here.signal);
    expect(here.org.jobs()[0]?.state).to.equal('Aborted');
  });

  it('sends bodies compressed, with their length, in chunks never', async () => {
    await using here = await Connected.start();
    const ids = here.insert(500);
    const job = idOf(await here.bulk.createJob('Parallel', here.signal));
    const xml = batchOf(ids);
    idOf(await here.bulk.addBatch(job, xml, here.signal));
    await here.bulk.closeJob(job, here.signal);
    for (const kind of ['create-job', 'add-batch', 'close-job']) {
      const [request] = here.org.log.of(kind);
      expect(request?.headers, kind).to.include({
        'content-type': 'application/xml; charset=UTF-8',
        'content-encoding': 'gzip',
        'content-length': String(request?.wireBytes),
      });
      expect(request?.headers, kind).not.to.have.property('transfer-encoding');
    }
    const [batch] = here.org.log.of('add-batch');
    expect(batch?.body.toString()).to.equal(xml);
    expect(batch?.wireBytes).to.be.below(xml.length / 5);
  });

  it('strips the slash the CLI saves at the end of the URL', async () => {
    await using here = await Connected.start();
    await rejection(here.bulk.getJob(NO_JOB, here.signal));
    expect(here.org.log.of('get-job')[0]?.rawUrl).to.equal(`/services/async/64.0/job/${NO_JOB}`);
  });

  it('results of a batch that processed nothing are none', async () => {
    await using here = await Connected.start();
    const job = idOf(await here.bulk.createJob('Parallel', here.signal));
    const batch = idOf(await here.bulk.addBatch(job, '<sObjects><broken', here.signal));
    const [info] = await here.bulk.listBatches(job, here.signal);
    expect(info).to.include({ state: 'Failed', recordsProcessed: 0 });
    expect(info?.stateMessage).to.match(/^InvalidBatch : /);
    expect(await here.bulk.getResults(job, batch, here.signal)).to.deep.equal([]);
  });

  it('results of a batch that failed half way are those of its first rows', async () => {
    await using here = await Connected.start();
    const ids = here.insert(6);
    here.org.failBatch({ afterRecords: 2, stateMessage: 'InternalServerError : stopped' });
    const job = idOf(await here.bulk.createJob('Parallel', here.signal));
    const batch = idOf(await here.bulk.addBatch(job, batchOf(ids), here.signal));
    expect(await here.bulk.listBatches(job, here.signal)).to.deep.equal([
      {
        id: batch,
        state: 'Failed',
        stateMessage: 'InternalServerError : stopped',
        recordsProcessed: 2,
        recordsFailed: 0,
      },
    ]);
    expect((await here.bulk.getResults(job, batch, here.signal)).map(({ success }) => success)).to.deep.equal([
      true,
      true,
    ]);
  });

  it('what the org refuses is thrown, with its code, text and the name of the request', async () => {
    await using here = await Connected.start();
    const { bulk, signal } = here;
    const unknown = await rejection(bulk.getJob(NO_JOB, signal));
    expect(unknown)
      .to.be.instanceOf(SalesforceApiError)
      .and.to.include({ status: 400, code: 'InvalidJob', request: `GET job/${NO_JOB}` });
    const job = idOf(await bulk.createJob('Parallel', signal));
    await bulk.closeJob(job, signal);
    const closed = await rejection(bulk.addBatch(job, batchOf(here.insert(1)), signal));
    expect(closed)
      .to.be.instanceOf(SalesforceApiError)
      .and.to.include({ code: 'InvalidJobState', request: `POST job/${job}/batch` });
    expect(closed.message).to.include('Closed');
  });

  for (const [fault, reached] of [
    ['cut-before', 0],
    ['cut-after', 1],
  ] as const) {
    it(`an answer that is lost (${fault}) is not asked for again, but told as unsure`, async () => {
      await using here = await Connected.start();
      const { bulk, signal, org } = here;
      org.faults.tell('create-job', { fault });
      expect(reasonOf(await bulk.createJob('Parallel', signal))).to.match(
        /^POST 127\.0\.0\.1:\d+\/services\/async\/64\.0\/job: connection lost/,
      );
      expect(org.jobs()).to.have.length(reached);
      expect(org.log.count('create-job')).to.equal(1);

      const job = idOf(await bulk.createJob('Parallel', signal));
      org.faults.tell('add-batch', { fault });
      expect(reasonOf(await bulk.addBatch(job, batchOf(here.insert(1)), signal))).to.match(/\/batch: connection lost/);
      expect(org.jobs().at(-1)?.batches).to.have.length(reached);
      expect(org.log.count('add-batch')).to.equal(1);
    });

    for (const [kind, state] of [
      ['close-job', 'Closed'],
      ['abort-job', 'Aborted'],
    ] as const) {
      it(`a job whose ${kind} is lost (${fault}) is ${state} all the same`, async () => {
        await using here = await Connected.start();
        const { bulk, signal, org } = here;
        const job = idOf(await bulk.createJob('Parallel', signal));
        org.faults.tell(kind, { fault });
        await (kind === 'close-job' ? bulk.closeJob(job, signal) : bulk.abortJob(job, signal));
        expect(org.jobs()[0]?.state).to.equal(state);
        // The org was asked, and told again only where it had not heard.
        expect([org.log.count(kind), org.log.count('get-job')]).to.deep.equal(fault === 'cut-after' ? [1, 1] : [2, 1]);
      });
    }
  }

  it('a 503 to a request that changes something is unsure too, whatever it says', async () => {
    await using here = await Connected.start();
    here.org.faults.tell('create-job', { fault: 'status', status: 503, body: HTML });
    expect(reasonOf(await here.bulk.createJob('Parallel', here.signal))).to.equal(
      'POST job: HTTP 503: Down for maintenance',
    );
    expect(here.org.log.count('create-job')).to.equal(1);
  });

  for (const [name, body] of [
    ['HTML', HTML],
    ['nothing', ''],
    ['other XML', '<error/>'],
  ] as const) {
    it(`a success that says ${name} instead of an id is unsure`, async () => {
      await using here = await Connected.start();
      here.org.faults.tell('create-job', { fault: 'status', status: 200, body });
      expect(reasonOf(await here.bulk.createJob('Parallel', here.signal))).to.match(
        /^POST job: HTTP 200, but no XML: /,
      );
    });
  }

  it('a 503 and a cut line do not keep a GET from its answer', async () => {
    await using here = await Connected.start();
    const { bulk, signal, org } = here;
    const job = idOf(await bulk.createJob('Parallel', signal));
    org.faults.tell('list-batches', { fault: 'status', status: 503, body: HTML });
    org.faults.tell('list-batches', { fault: 'cut-before' });
    expect(await bulk.listBatches(job, signal)).to.deep.equal([]);
    expect(org.log.count('list-batches')).to.equal(3);
  });

  it('a GET that keeps failing is an error that names request, status and the page it got', async () => {
    await using here = await Connected.start();
    here.org.faults.tell('list-batches', { fault: 'status', status: 503, body: HTML }, { times: 99 });
    const error = await rejection(here.bulk.listBatches(NO_JOB, here.signal));
    expect(error.name).to.equal('OrgTroubleError');
    expect(error.message)
      .to.include(`GET job/${NO_JOB}/batch`)
      .and.to.include('503')
      .and.to.include('Down for maintenance');
    expect(here.org.log.count('list-batches')).to.equal(5);
  });

  for (const [name, body, says] of [
    ['HTML', HTML, 'Down for maintenance'],
    ['nothing', '', '(empty body)'],
  ] as const) {
    it(`a GET that is answered with ${name} is an error that names request and status`, async () => {
      await using here = await Connected.start();
      for (const kind of ['list-batches', 'get-result', 'get-job'])
        here.org.faults.tell(kind, { fault: 'status', status: 200, body });
      const { bulk, signal } = here;
      for (const [path, asked] of [
        ['/batch', bulk.listBatches(NO_JOB, signal)],
        ['/batch/751000000000000AAA/result', bulk.getResults(NO_JOB, '751000000000000AAA', signal)],
        ['', bulk.getJob(NO_JOB, signal)],
      ] as const) {
        const error = await rejection(asked);
        expect(error.name, path).to.equal('OrgAnswerUnreadableError');
        expect(error.message, path)
          .to.include(`GET job/${NO_JOB}${path} `)
          .and.to.include('HTTP 200')
          .and.to.include(says);
      }
    });
  }

  it('finds open jobs without batches that were created since, of its own object and mode', async () => {
    await using here = await Connected.start();
    const { bulk, signal, org } = here;
    const since = Date.now() - 1000;
    const empty = idOf(await bulk.createJob('Parallel', signal));
    const used = idOf(await bulk.createJob('Parallel', signal));
    idOf(await bulk.addBatch(used, batchOf(here.insert(1)), signal));
    const closed = idOf(await bulk.createJob('Parallel', signal));
    await bulk.closeJob(closed, signal);
    expect(await bulk.findEmptyJobs(since, Infinity, 'Parallel', signal)).to.deep.equal([empty]);
    expect(await bulk.findEmptyJobs(Date.now() + 60_000, Infinity, 'Parallel', signal)).to.deep.equal([]);
    org.faults.tell('list-jobs', {
      fault: 'status',
      status: 404,
      body: '[{"errorCode":"NOT_FOUND","message":"no such thing"}]',
    });
    expect(await bulk.findEmptyJobs(since, Infinity, 'Parallel', signal)).to.deep.equal([]);
  });

  it('a list of jobs that does not get on is an error, however it goes round', async () => {
    await using here = await Connected.start();
    const { bulk, signal, org } = here;
    const id = idOf(await bulk.createJob('Parallel', signal));
    const names = { object: 'Byline__c', operation: 'update', state: 'Open', createdById: '005', createdDate: '2026' };
    const page = (...records: object[]): string =>
      JSON.stringify({ records, nextRecordsUrl: '/services/data/v64.0/jobs/ingest?x=1' });
    const asked = org.log.count('list-jobs');
    for (const pages of [[page({ id, ...names }), page({ id, ...names })], [page()]]) {
      for (const body of pages) org.faults.tell('list-jobs', { fault: 'status', status: 200, body });
      const error = await rejection(bulk.findEmptyJobs(0, Infinity, 'Parallel', signal));
      expect(error).to.include({ name: 'OrgAnswerUnreadableError' });
      expect(error.message).to.include('a page without a new job that is not the last one');
    }
    expect(org.log.count('list-jobs') - asked).to.equal(3);
  });

  it('a signal ends a request that hangs', async () => {
    await using here = await Connected.start();
    here.org.faults.tell('create-job', { fault: 'hang' });
    const asked = rejection(here.bulk.createJob('Parallel', here.controller.signal));
    await here.org.log.arrived('create-job');
    here.controller.abort(new Error('enough'));
    expect((await asked).message).to.equal('enough');
  });
});

/** A batch that sets Tweets__c of these records to 1000. */
function batchOf(ids: readonly string[]): string {
  const records = ids.map((id) => writeRecord({ id, url: '', fields: { Tweets__c: [null, 1000] } }));
  return BATCH_OPEN + records.join('') + BATCH_CLOSE;
}

function idOf(answer: Answer): string {
  if ('id' in answer) return answer.id;
  throw new Error(`unsure: ${answer.outcomeUnknown}`);
}

function reasonOf(answer: Answer): string {
  if ('outcomeUnknown' in answer) return answer.outcomeUnknown;
  throw new Error(`sure: ${answer.id}`);
}
