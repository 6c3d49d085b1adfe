import { expect } from 'chai';
import { knownFault } from './org/known-faults.ts';
import { startOrg, type EmulatedOrg } from './org/org.ts';
import { batchXml, RawClient, refusalIn, textIn } from './org/raw-client.ts';

describe('the emulated org, told to misbehave', () => {
  let org: EmulatedOrg;
  let client: RawClient;
  let ids: string[];
  beforeEach(async () => {
    org = await startOrg();
    client = new RawClient(org);
    ids = org.table('Byline__c').insert(Array.from({ length: 5 }, (_, index) => ({ Tweets__c: index })));
  });
  afterEach(() => org.close());

  const all = (value: number): string =>
    ids.map((id) => `<sObject><Id>${id}</Id><Tweets__c>${value}</Tweets__c></sObject>`).join('');
  const tweets = (): unknown[] => ids.map((id) => org.table('Byline__c').get(id)?.['Tweets__c']);
  const write = async (value: number): Promise<{ state: string | undefined; codes: string[] }> => {
    const job = await client.job();
    const batch = await client.batch(job, all(value));
    const info = await client.bulk('GET', `/job/${job}/batch/${batch}`);
    const { body } = await client.bulk('GET', `/job/${job}/batch/${batch}/result`);
    const codes = body
      .split('<result>')
      .slice(1)
      .map((text) => /<statusCode>(\w+)/.exec(text)?.[1] ?? 'ok');
    return { state: [textIn(info, 'state'), textIn(info, 'stateMessage')].filter(Boolean).join(' | '), codes };
  };

  it('answers as real orgs did, told by the name of the fault', async () => {
    for (const [name, rest, bulk] of [
      ['maintenance', /^503 <!DOCTYPE[^]*<style[^]*We are down for maintenance\./, /^503 <!DOCTYPE/],
      ['edge-limit', /^420 $/, /^420 $/],
      [
        'concurrent-requests',
        /^403 \[\{"message":"ConcurrentRequests \(Concurrent API Requests\) Limit exceeded\.","errorCode":"REQUEST_LIMIT_EXCEEDED"\}\]$/,
        /^400 <\?xml[^]*<exceptionCode>ExceededQuota<\/exceptionCode>/,
      ],
    ] as const) {
      org.faults.tell('limits', knownFault(name, 'limits'));
      org.faults.tell('create-job', knownFault(name, 'create-job'));
      const limits = await client.rest('GET', '/limits');
      expect(`${limits.status} ${limits.body}`, name).to.match(rest);
      const job = await client.bulk('POST', '/job', '');
      expect(`${job.status} ${job.body}`, name).to.match(bulk);
    }
    expect(org.jobs()).to.deep.equal([]);
  });

  it('refuses rows by id, as often as told', async () => {
    org.refuseRows({
      ids: [ids[2] ?? ''],
      statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
      message: 'No.',
      fields: ['Tweets__c'],
      times: 1,
    });
    expect((await write(7)).codes).to.deep.equal(['ok', 'ok', 'FIELD_CUSTOM_VALIDATION_EXCEPTION', 'ok', 'ok']);
    expect(tweets()).to.deep.equal([7, 7, 2, 7, 7]);
    expect((await write(8)).codes).to.deep.equal(['ok', 'ok', 'ok', 'ok', 'ok']);
  });

  it('refuses rows by a rule that sees the row as it would be', async () => {
    org.refuseRows({
      when: (row) => Number(row['Tweets__c']) > 100,
      statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
      message: 'Too many',
    });
    expect((await write(100)).codes).to.not.include('FIELD_CUSTOM_VALIDATION_EXCEPTION');
    expect((await write(101)).codes).to.not.include('ok');
  });

  it('locks rows for a number of attempts each', async () => {
    org.lockRows([ids[0] ?? '', ids[4] ?? ''], 2);
    const locked = ['UNABLE_TO_LOCK_ROW', 'ok', 'ok', 'ok', 'UNABLE_TO_LOCK_ROW'];
    expect((await write(1)).codes).to.deep.equal(locked);
    expect((await write(2)).codes).to.deep.equal(locked);
    expect((await write(3)).codes).to.deep.equal(['ok', 'ok', 'ok', 'ok', 'ok']);
  });

  it('answers ENTITY_IS_DELETED for deleted rows', async () => {
    org.table('Byline__c').delete(ids[1] ?? '');
    expect((await write(1)).codes).to.deep.equal(['ok', 'ENTITY_IS_DELETED', 'ok', 'ok', 'ok']);
  });

  it('fails a batch whole', async () => {
    org.failBatch({ stateMessage: 'TooManyLockFailure : Too many lock failure 200 Trying again later.' });
    const { state } = await write(9);
    expect(state).to.equal('Failed | TooManyLockFailure : Too many lock failure 200 Trying again later.');
    expect(tweets()).to.deep.equal([0, 1, 2, 3, 4]);
    expect((await write(9)).state).to.equal('Completed');
  });

  it('fails the second batch after its first three records', async () => {
    org.failBatch({ skip: 1, afterRecords: 3, stateMessage: 'InternalServerError : Oops' });
    expect((await write(8)).state).to.equal('Completed');
    const { state, codes } = await write(9);
    expect([state, codes]).to.deep.equal(['Failed | InternalServerError : Oops', ['ok', 'ok', 'ok']]);
    expect(tweets()).to.deep.equal([9, 9, 9, 8, 8]);
    const { processed, records } = org.jobs()[1]?.batches[0] ?? {};
    expect([processed, records]).to.deep.equal([3, 5]);
  });

  it('lets a batch that is Completed carry a message', async () => {
    org.failBatch({ stateMessage: 'TooManyLockFailure : Retried', state: 'Completed' });
    expect(await write(9)).to.deep.equal({
      state: 'Completed | TooManyLockFailure : Retried',
      codes: ['ok', 'ok', 'ok', 'ok', 'ok'],
    });
  });

  it('aborts a job as a user does in Setup', async () => {
    const job = await client.job();
    org.abortJob(job);
    expect(refusalIn(await client.bulk('POST', `/job/${job}/batch`, batchXml(all(1))))).to.equal(
      "400 InvalidJobState: Failed to create batch, since the Job is not Open. Current job state is 'Aborted'",
    );
  });

  it('expires the session before the nth request of a kind', async () => {
    const token = org.accessToken();
    org.expireSessionAfter('list-batches', 2);
    const job = await client.job();
    const list = (): ReturnType<RawClient['send']> =>
      client.send('GET', `/services/async/64.0/job/${job}/batch`, undefined, { 'x-sfdc-session': token });
    expect((await list()).status).to.equal(200);
    expect(refusalIn(await list())).to.equal('400 InvalidSessionId: Invalid session id');
    expect(org.accessToken()).to.not.equal(token);
    expect(refusalIn(await list())).to.equal('400 InvalidSessionId: Invalid session id');
  });

  it('cuts the line before or after the work is done', async () => {
    const job = await client.job();
    org.faults.tell('add-batch', { fault: 'cut-before' });
    org.faults.tell('add-batch', { fault: 'cut-after' });
    const add = (): Promise<string> => client.batch(job, all(5)).catch((error: unknown) => (error as Error).message);
    expect(await add()).to.equal('fetch failed');
    expect(org.jobs()[0]?.batches).to.have.length(0);
    expect(await add()).to.equal('fetch failed');
    expect(org.jobs()[0]?.batches).to.have.length(1);
  });

  it('cuts the line within an answer', async () => {
    const job = await client.job();
    org.faults.tell('get-job', { fault: 'cut-within', bytes: 20 });
    const headers = { 'x-sfdc-session': org.accessToken(), 'accept-encoding': 'identity' };
    const reply = await fetch(`${org.url}/services/async/64.0/job/${job}`, { headers });
    expect(Number(reply.headers.get('content-length'))).to.be.greaterThan(100);
    let got = '';
    const error = await (async () => {
      for await (const part of reply.body!) got += Buffer.from(part as Uint8Array).toString();
    })().catch((cause: unknown) => (cause as Error).message);
    expect([got, error]).to.deep.equal(['<?xml version="1.0" ', 'terminated']);
  });

  it('lives on when a client goes away in the middle of its body', async () => {
    const abort = new AbortController();
    const body = new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from('<sObjects')) });
    const options = {
      method: 'POST',
      body,
      duplex: 'half',
      signal: abort.signal,
      headers: { 'x-sfdc-session': org.accessToken() },
    };
    const lost = fetch(`${org.url}/services/async/64.0/job`, options as RequestInit).catch(
      (error: unknown) => (error as Error).name,
    );
    await client.rest('GET', '/limits');
    abort.abort();
    expect(await lost).to.equal('AbortError');
    expect((await client.rest('GET', '/limits')).status).to.equal(200);
  });
});
