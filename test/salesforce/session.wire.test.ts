import { expect } from 'chai';
import { RequestCounter } from '../../src/http/request-counter.ts';
import { BATCH_CLOSE, BATCH_OPEN, writeRecord } from '../../src/salesforce/bulk-xml.ts';
import { getLimits } from '../../src/salesforce/limits.ts';
import { SalesforceApiError } from '../../src/salesforce/api-error.ts';
import type { OrgRequest } from '../../src/salesforce/session.ts';
import { Connected, rejection } from './connected.ts';

const LIMITS = { api: 'rest', method: 'GET', path: 'limits' } as const satisfies Partial<OrgRequest>;
const JOBS = { api: 'bulk', method: 'GET', path: 'jobs' } as const satisfies Partial<OrgRequest>;

describe('the session of an org', () => {
  for (const [name, request, kind] of [
    ['REST, which says 401', LIMITS, 'limits'],
    ['Bulk, which says 400 InvalidSessionId', JOBS, 'list-jobs'],
  ] as const) {
    it(`that has expired is refreshed once for four requests at a time, each repeated once (${name})`, async () => {
      await using here = await Connected.start();
      here.org.expireSession();
      const replies = await Promise.all(
        Array.from({ length: 4 }, () => here.session.send({ ...request, signal: here.signal })),
      );
      expect(replies.map(({ status }) => status)).to.deep.equal([200, 200, 200, 200]);
      expect(here.org.log.count('token')).to.equal(1);
      expect(here.org.log.count(kind)).to.equal(8);
    });

    it(`that expires again later is refreshed again (${name})`, async () => {
      await using here = await Connected.start();
      for (const time of [1, 2]) {
        here.org.expireSession();
        expect((await here.session.send({ ...request, signal: here.signal })).status).to.equal(200);
        expect(here.org.log.count('token')).to.equal(time);
      }
    });

    it(`that cannot be refreshed is an error that says to log in again (${name})`, async () => {
      await using here = await Connected.start({ refresh: false });
      here.org.expireSession();
      const errors = await Promise.all(
        [1, 2].map(() => rejection(here.session.send({ ...request, signal: here.signal }))),
      );
      for (const error of errors) {
        expect(error.name).to.equal('SessionExpiredError');
        expect(error.message).to.include(here.org.username);
        expect(error)
          .to.have.property('actions')
          .that.match(/Log in again/);
      }
      expect(here.org.log.count(kind)).to.equal(2);
    });

    it(`that is refused although it is new is an error, and not asked for for ever (${name})`, async () => {
      await using here = await Connected.start();
      here.org.expireSessionAfter(kind, 1);
      here.org.expireSessionAfter(kind, 2);
      const error = await rejection(here.session.send({ ...request, signal: here.signal }));
      expect(error.name).to.equal('SessionExpiredError');
      expect(here.org.log.count(kind)).to.equal(2);
    });
  }

  it('is not refreshed for an answer to the old token that comes late', async () => {
    await using here = await Connected.start();
    here.org.expireSession();
    here.org.faults.tell('list-jobs', { fault: 'slow', ms: 200 });
    const late = here.session.send({ ...JOBS, signal: here.signal });
    await here.org.log.arrived('list-jobs');
    expect((await here.session.send({ ...LIMITS, signal: here.signal })).status).to.equal(200);
    expect(here.org.log.count('list-jobs')).to.equal(1);
    expect((await late).status).to.equal(200);
    expect(here.org.log.count('token')).to.equal(1);
  });

  it('sends the whole body again after a refresh', async () => {
    await using here = await Connected.start();
    const ids = here.insert(300);
    const answer = await here.bulk.createJob('Parallel', here.signal);
    const job = 'id' in answer ? answer.id : '';
    const records = ids.map((id) => writeRecord({ id, url: '', fields: { Tweets__c: [null, 77] } }));
    const xml = BATCH_OPEN + records.join('') + BATCH_CLOSE;
    here.org.expireSession();
    expect(await here.bulk.addBatch(job, xml, here.signal)).to.have.property('id');
    const sent = here.org.log.of('add-batch');
    expect(sent.map(({ body }) => body.toString() === xml)).to.deep.equal([true, true]);
    expect(new Set(sent.map(({ headers }) => headers['x-sfdc-session']))).to.have.property('size', 2);
    expect(here.org.jobs()[0]?.batches.map(({ processed }) => processed)).to.deep.equal([300]);
    expect(new Set(here.tweets())).to.deep.equal(new Set([77]));
  });

  it('counts every request that went over the wire, repetitions and the refresh included', async () => {
    await using here = await Connected.start();
    here.org.faults.tell('limits', { fault: 'status', status: 503 });
    here.org.faults.tell('limits', { fault: 'cut-after' });
    await here.session.send({ ...LIMITS, signal: here.signal });
    here.org.expireSession();
    await here.session.send({ ...JOBS, signal: here.signal });
    expect(here.org.log.count()).to.equal(3 + 2 + 1);
    expect(here.counter.used).to.equal(here.org.log.count());
    expect(here.org.apiRequests()).to.equal(here.counter.used - here.org.log.count('token'));
  });

  it('counts nothing that goes elsewhere, and nothing after its end', async () => {
    await using here = await Connected.start();
    await using other = await Connected.start();
    await other.session.send({ ...LIMITS, signal: other.signal });
    expect([here.counter.used, other.counter.used]).to.deep.equal([0, 1]);
    const early = new RequestCounter(here.org.url);
    early[Symbol.dispose]();
    await here.session.send({ ...LIMITS, signal: here.signal });
    expect([here.counter.used, early.used]).to.deep.equal([1, 0]);
  });

  it('sends nothing that would pass the number of requests it was given', async () => {
    await using here = await Connected.start({ maxRequests: 2 });
    await here.session.send({ ...LIMITS, signal: here.signal });
    await here.session.send({ ...LIMITS, signal: here.signal });
    const error = await rejection(here.session.send({ ...LIMITS, signal: here.signal }));
    expect(error.name).to.equal('ApiRequestLimitError');
    expect(error.message).to.include('2');
    expect(here.org.apiRequests()).to.equal(2);
  });

  it('knows what the org said last of its allocation', async () => {
    await using here = await Connected.start({ apiMax: 4000 });
    expect(here.session.usage).to.equal(undefined);
    here.org.setApiUsed(1000);
    await here.session.send({ ...LIMITS, signal: here.signal });
    expect(here.session.usage).to.deep.equal({ used: 1001, max: 4000 });
    expect(await getLimits(here.session, here.signal)).to.deep.include({ apiRequests: { max: 4000, remaining: 2998 } });
  });

  it('throws what REST refuses with its code and text, and does not repeat it', async () => {
    await using here = await Connected.start();
    const error = await rejection(
      here.session.send({ ...LIMITS, path: 'sobjects/Nothing__c/describe', signal: here.signal }),
    );
    expect(error)
      .to.be.instanceOf(SalesforceApiError)
      .and.to.include({ status: 404, code: 'NOT_FOUND', request: 'GET sobjects/Nothing__c/describe' });
    expect(here.org.log.count()).to.equal(1);
  });

  it('tells what refuses in no form it knows: request, status and the beginning of the page', async () => {
    await using here = await Connected.start();
    here.org.faults.tell('limits', { fault: 'status', status: 407, body: '<html>Proxy\n  wants a password</html>' });
    const error = await rejection(here.session.send({ ...LIMITS, signal: here.signal }));
    expect(error.name).to.equal('OrgAnswerUnreadableError');
    expect(error.message).to.include('GET limits').and.to.include('407').and.to.include(': Proxy wants a password');
  });

  it('keeps its token out of what it tells of a page that repeats it', async () => {
    await using here = await Connected.start();
    const token = here.org.accessToken();
    for (const status of [403, 503]) {
      here.org.faults.tell(
        'limits',
        { fault: 'status', status, body: `<html>Authorization: Bearer ${token}</html>` },
        { times: 5 },
      );
      const error = await rejection(here.session.send({ ...LIMITS, signal: here.signal }));
      expect(error.message).to.include('Bearer ***').and.not.to.include(token);
      here.org.faults.clear();
    }
  });

  it('waits as long as Retry-After says before it asks again (fifty times as fast here)', async () => {
    await using here = await Connected.start();
    here.org.faults.tell('limits', { fault: 'status', status: 503, headers: { 'retry-after': '30' } });
    await here.session.send({ ...LIMITS, signal: here.signal });
    const [first, second] = here.org.log.entries;
    expect((second?.at ?? 0) - (first?.at ?? 0)).to.be.within(590, 5000);
  });

  it('an org that is not there is an error that names it and the cause', async () => {
    await using here = await Connected.start();
    await here.org.close();
    const error = await rejection(here.session.send({ ...LIMITS, signal: here.signal }));
    expect(error.name).to.equal('OrgUnreachableError');
    expect(error.message).to.include(here.org.url).and.to.include('ECONNREFUSED');
  });
});
