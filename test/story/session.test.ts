import { expect } from 'chai';
import { insertArticles, wrongRecords } from '../rig/articles.ts';
import { Rig } from '../rig/rig.ts';

const TWITTER = { twitter: 'Tweets__c' };
const SYNC = ['byline sync', '--config-file', 'byline.json', '--batch-size', '4', '--json'] as const;

/** Every kind of request of a sync that has refused rows. */
const KINDS = ['describe', 'query', 'query-more', 'create-job', 'add-batch', 'close-job', 'list-batches', 'get-result'];

describe('a session that expires', () => {
  it('at every kind of request in turn, with a refresh token: the sync continues', async () => {
    await using rig = await Rig.start({ pageSize: 5 });
    await rig.settings(TWITTER);
    const ids = insertArticles(rig, 12);
    rig.org.refuseRows({ ids: [ids[0]!], statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: 'no' });
    for (const kind of KINDS) rig.org.expireSessionAfter(kind, 1);
    const ended = await rig.run(...SYNC);
    expect(ended.code, ended.stdout).to.equal(68);
    expect(ended.json().result.records).to.include({ queried: 12, updated: 11, failed: 1 });
    expect(wrongRecords(rig, TWITTER)).to.have.length(1);
    expect(ids.slice(1).filter((id) => rig.org.table('Byline__c').writes(id).length !== 1)).to.deep.equal([]);
    expect(rig.org.jobs().map(({ state, batches }) => [state, batches.length])).to.deep.equal([['Closed', 3]]);
    expect(rig.org.log.count('token')).to.equal(KINDS.length);
    expect(ended.json().result.apiRequests.used).to.be.at.least(rig.org.log.count() - rig.org.log.count('token'));
  });

  it('without a refresh token, before anything was sent: exit 1, "log in again"', async () => {
    await using rig = await Rig.start({ login: 'access' });
    await rig.settings(TWITTER);
    insertArticles(rig, 3);
    rig.org.expireSession();
    const ended = await rig.run('byline sync', '--config-file', 'byline.json');
    expect(ended.code).to.equal(1);
    expect(ended.stderr).to.match(/^Error \(SessionExpiredError\): The session of editor@byline\.example has expired/);
    expect(ended.stderr).to.include(`Log in again with "sf org login web --instance-url ${rig.org.url}"`);
    expect(rig.services.log.count()).to.equal(0);
    expect(await rig.runIds()).to.deep.equal([]);
  });

  it('without a refresh token, between two batches: exit 1, and known outcomes are reported', async () => {
    await using rig = await Rig.start({ login: 'access' });
    await rig.settings(TWITTER);
    insertArticles(rig, 12);
    rig.org.expireSessionAfter('add-batch', 2);
    const ended = await rig.run(...SYNC);
    expect(ended.code).to.equal(1);
    const { name, data } = ended.json();
    expect(name).to.equal('SessionExpiredError');
    expect(data.state).to.equal('Failed');
    expect(data.jobs).to.have.length(1);
    const facts = (await rig.journal()).map(({ fact }) => fact);
    expect(facts.filter((fact) => fact === 'sent')).to.have.length(rig.org.jobs()[0]!.batches.length);
    expect(facts.at(-1)).to.equal('ended');
  });
});
