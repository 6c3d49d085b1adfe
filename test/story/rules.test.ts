import { expect } from 'chai';
import { insertArticles, urlOf, wrongRecords } from '../rig/articles.ts';
import { type Ended, Rig } from '../rig/rig.ts';
import { BYLINE } from '../emulator/org/data/objects.ts';

const SYNC = ['byline sync', '--config-file', 'byline.json', '--json'] as const;
const TWITTER = { twitter: 'Tweets__c' };

describe('what a sync writes', () => {
  it('--keep-highest never lowers a count; without it a lower count is written', async () => {
    await using rig = await Rig.start();
    await rig.settings(TWITTER);
    const [higher, lower, empty] = insertArticles(rig, 3);
    for (const index of [0, 1, 2]) rig.services.set('twitter', urlOf(index), 100);
    rig.org.table('Byline__c').update(higher!, { Tweets__c: 150 });
    rig.org.table('Byline__c').update(lower!, { Tweets__c: 50 });

    const kept = await rig.run(...SYNC, '--keep-highest');
    expect(kept.code).to.equal(0);
    expect(kept.json().result.records).to.include({ changed: 2, updated: 2, unchanged: 1 });
    expect(tweets(rig)).to.deep.equal([150, 100, 100]);
    expect(rig.org.table('Byline__c').writes(higher!)).to.deep.equal([]);

    const plain = await rig.run(...SYNC);
    expect(plain.json().result.records).to.include({ changed: 1, updated: 1, unchanged: 2 });
    expect(tweets(rig)).to.deep.equal([100, 100, 100]);
    expect(empty).to.be.a('string');
  });

  it('is asked for the normalized URL: trimmed, out of a link, with a scheme; --where "" is not a condition', async () => {
    await using rig = await Rig.start();
    await rig.settings(TWITTER, { assumeScheme: 'https' });
    const url = urlOf(1);
    const texts = [
      ` ${url} `,
      `${url}\r\n`,
      url.replace('https://', ''),
      `<a href="${url.replaceAll('&', '&amp;')}" target="_blank">read it</a>`,
      `${url}\nhttps://magazine.example.com/other`,
    ];
    rig.org.table('Byline__c').insert(texts.map((text, index) => ({ Name: `A${index}`, Published_URL__c: text })));
    rig.services.set('twitter', url, 812);

    const ended = await rig.run(...SYNC, '--where', '', '--save-plan', 'plan.jsonl', '--dry-run');
    expect(ended.code, ended.stderr).to.equal(0);
    expect(ended.json().result.records).to.include({ queried: 5, eligible: 4, changed: 4, skipped: 1 });
    expect(ended.json().result.changes.map((change) => change.url)).to.deep.equal([url, url, url, url]);
    expect(rig.services.asked('twitter')).to.deep.equal([url]);

    const applied = await rig.run('byline sync', '--plan', 'plan.jsonl', '--json');
    expect(applied.code, applied.stderr).to.equal(0);
    expect(tweets(rig)).to.deep.equal([812, 812, 812, 812, null]);
  });

  it("a count that its field cannot hold is skipped, and the record's others are written: exit 68, 0 for a preview", async () => {
    const tweets3 = { name: 'Tweets__c', type: 'double', precision: 3 } as const;
    const objects = [{ ...BYLINE, fields: [...BYLINE.fields.filter(({ name }) => name !== 'Tweets__c'), tweets3] }];
    await using rig = await Rig.start({ objects });
    await rig.settings({ twitter: 'Tweets__c', linkedin: 'LinkedIn_Shares__c' });
    const [large] = insertArticles(rig, 3);
    rig.services.set('twitter', urlOf(0), 1000);
    for (const index of [1, 2]) rig.services.set('twitter', urlOf(index), 999);
    const reason = 'does not fit Tweets__c (3 digits)';
    const told = { ok: 2, failed: 0, skipped: 1, state: 'degraded', reason };

    const preview = await rig.run('byline sync', '--config-file', 'byline.json', '--dry-run', '--report', 'preview.md');
    expect(preview.code, preview.stderr).to.equal(0);
    expect(preview.stdout).to.include(`twitter: ${reason}`);
    expect((await rig.files()).get('preview.md')).to.include(reason);

    const ended = await rig.run(...SYNC);
    expect(ended.code).to.equal(68);
    expect(ended.json().result.services['twitter']).to.deep.include(told);
    expect(ended.json().result.records).to.include({ queried: 3, changed: 3, updated: 3, failed: 0 });
    expect(tweets(rig)).to.deep.equal([null, 999, 999]);
    expect(rig.org.table('Byline__c').writes(large!).length).to.equal(1);
    expect(wrongRecords(rig, { linkedin: 'LinkedIn_Shares__c' })).to.deep.equal([]);
  });

  it('--all writes the counts that did not change too', async () => {
    await using rig = await Rig.start();
    await rig.settings(TWITTER);
    const ids = insertArticles(rig, 3);
    await rig.run(...SYNC);
    const ended = await rig.run(...SYNC, '--all');
    expect(ended.code).to.equal(0);
    expect(ended.json().result.records).to.include({ unchanged: 0, changed: 3, updated: 3 });
    expect(ids.map((id) => rig.org.table('Byline__c').writes(id).length)).to.deep.equal([2, 2, 2]);
    expect(wrongRecords(rig, TWITTER)).to.deep.equal([]);
  });

  it('a service that answers 0 for all looks dead: nothing of it is written, the others are, exit 68', async () => {
    await using rig = await Rig.start();
    await rig.settings();
    insertArticles(rig, 30, { Tweets__c: 12 });
    rig.services.setFault('twitter', 'zeros');
    const ended = await rig.run(...SYNC);
    expect(ended.code).to.equal(68);
    expect(tweets(rig)).to.deep.equal(Array.from({ length: 30 }, () => 12));
    expect(wrongRecords(rig, { facebook: 'Likes__c', linkedin: 'LinkedIn_Shares__c' })).to.deep.equal([]);
    expect(ended.json().result.services['twitter']).to.deep.include({ ok: 30, failed: 0, state: 'looks-dead' });
    expect(ended.json().result.services['twitter']?.reason).to.match(/^answered 0 for every URL/);
    expect(ended.json().result.records).to.include({ changed: 30, updated: 30 });
  });

  it('--allow-zeros takes it at its word', async () => {
    await using rig = await Rig.start();
    await rig.settings();
    insertArticles(rig, 5, { Tweets__c: 12 });
    rig.services.setFault('twitter', 'zeros');
    const ended = await rig.run(...SYNC, '--allow-zeros');
    expect(ended.code).to.equal(0);
    expect(tweets(rig)).to.deep.equal([0, 0, 0, 0, 0]);
    expect(ended.json().result.services['twitter']?.state).to.equal('ok');
  });

  it('zeros are believed of a service that gives one count above 0, even if it comes last', async () => {
    await using rig = await Rig.start();
    await rig.settings(TWITTER);
    insertArticles(rig, 20, { Tweets__c: 12 });
    for (let index = 0; index < 20; index += 1) rig.services.set('twitter', urlOf(index), index === 19 ? 3 : 0);
    const ended = await rig.run(...SYNC);
    expect(ended.code).to.equal(0);
    expect(tweets(rig)).to.deep.equal([...Array.from({ length: 19 }, () => 0), 3]);
    expect(ended.json().result.services['twitter']?.state).to.equal('ok');
  });

  it('zeros are accepted if the org holds no other counts', async () => {
    await using rig = await Rig.start();
    await rig.settings(TWITTER);
    insertArticles(rig, 4);
    rig.services.setFault('twitter', 'zeros');
    const ended = await rig.run(...SYNC, '--dry-run');
    expect(ended.code).to.equal(0);
    expect(planned(ended, 'Tweets__c')).to.deep.equal([0, 0, 0, 0]);
  });

  it('a service that fails leaves its field alone; the others are written, exit 68', async () => {
    await using rig = await Rig.start();
    await rig.settings();
    insertArticles(rig, 12, { Tweets__c: 12 });
    rig.services.setFault('twitter', 'html');
    const ended = await rig.run(...SYNC);
    expect(ended.code, ended.stdout).to.equal(68);
    const { result } = ended.json();
    expect(result.state).to.equal('CompletedWithFailures');
    expect(result.records).to.include({ eligible: 12, changed: 12, updated: 12 });
    expect(tweets(rig)).to.deep.equal(Array.from({ length: 12 }, () => 12));
    expect(wrongRecords(rig, { facebook: 'Likes__c', linkedin: 'LinkedIn_Shares__c' })).to.deep.equal([]);
    expect(result.services['twitter']).to.include({ ok: 0, failed: 12, state: 'degraded' });
    expect(result.services['twitter']?.reason).to.match(/text\/html|not JSON/);
    expect(rig.org.jobs()[0]?.batches.map(({ body }) => body?.includes('Tweets__c'))).to.deep.equal([false]);
  });

  it('responses that are not counts are never written: no job, exit 68', async () => {
    await using rig = await Rig.start();
    await rig.settings();
    insertArticles(rig, 8, { Tweets__c: 12 });
    rig.services.setFault('twitter', 'negative');
    rig.services.setFault('facebook', 'no-number');
    rig.services.setFault('linkedin', 'text');
    const ended = await rig.run(...SYNC);
    expect(ended.code, ended.stdout).to.equal(68);
    const { records, jobs, services } = ended.json().result;
    expect(records).to.include({ queried: 8, eligible: 8, changed: 0, unchanged: 0, updated: 0, skipped: 0 });
    expect(jobs).to.deep.equal([]);
    expect(Object.values(services).map(({ ok, failed }) => [ok, failed])).to.deep.equal([
      [0, 8],
      [0, 8],
      [0, 8],
    ]);
    expect(rig.org.log.entries.map(({ kind }) => kind)).to.deep.equal(['describe', 'query']);
  });

  it('a URL a service has no count for: that record keeps its field, exit 68', async () => {
    await using rig = await Rig.start();
    await rig.settings({ facebook: 'Likes__c' });
    insertArticles(rig, 4, { Likes__c: 9 });
    rig.services.odd('facebook', urlOf(1), { code: 100 });
    const ended = await rig.run(...SYNC);
    expect(ended.code).to.equal(68);
    expect(ended.json().result.records).to.deep.include({
      queried: 4,
      eligible: 4,
      changed: 3,
      unchanged: 0,
      updated: 3,
    });
    expect(ended.json().result.services['facebook']).to.include({ ok: 3, failed: 1, state: 'degraded' });
    expect(rig.org.table('Byline__c').all()[1]?.['Likes__c']).to.equal(9);
  });

  it('--where and --limit read fewer records', async () => {
    await using rig = await Rig.start();
    await rig.settings(TWITTER);
    const ids = insertArticles(rig, 9);
    const [, , , ...others] = ids;
    for (const id of others) rig.org.table('Byline__c').update(id, { Author__c: 'Ada' });
    const ended = await rig.run(
      ...SYNC,
      '--where',
      "Author__c = 'Ada' OR Author__c = 'Bob'",
      '--limit',
      '4',
      '--dry-run',
    );
    expect(ended.json().result.records).to.include({ queried: 4, changed: 4 });
    expect(ended.json().result.changes.map(({ id }) => id)).to.deep.equal(others.slice(0, 4));
  });

  it('--serial and --batch-size shape the job', async () => {
    await using rig = await Rig.start();
    await rig.settings(TWITTER);
    insertArticles(rig, 11);
    const ended = await rig.run(...SYNC, '--serial', '--batch-size', '3');
    expect(ended.code).to.equal(0);
    const [job] = rig.org.jobs();
    expect(job?.concurrencyMode).to.equal('Serial');
    expect(job?.batches.map(({ records }) => records)).to.deep.equal([3, 3, 3, 2]);
    expect(wrongRecords(rig, TWITTER)).to.deep.equal([]);
  });

  it('--max-api-requests stops before it is exceeded, leaves no job open, and reports what was done', async () => {
    for (const [most, kind] of [
      [6, 'ApiRequestsNotAllowedError'],
      [10, 'ApiRequestLimitError'],
    ] as const) {
      await using rig = await Rig.start();
      await rig.settings(TWITTER);
      insertArticles(rig, 10);
      rig.org.holdBatches();
      const before = rig.org.apiRequests();
      const ended = await rig.run(...SYNC, '--batch-size', '2', '--max-api-requests', String(most));
      expect(ended.code, ended.stdout).to.equal(1);
      expect(rig.org.apiRequests() - before).to.be.at.most(most);
      expect(rig.org.jobs().map(({ state }) => state)).not.to.include('Open');
      const { name, data, actions } = ended.json();
      expect(name).to.equal(kind);
      expect(actions.join(' ')).to.include('sf byline resume');
      expect(data.state).to.equal('Failed');
      expect(data.apiRequests.used).to.equal(rig.org.apiRequests() - before);
    }
  });

  it('--max-api-requests that is enough changes nothing', async () => {
    await using rig = await Rig.start();
    await rig.settings(TWITTER);
    insertArticles(rig, 10);
    const dry = await rig.run(...SYNC, '--dry-run');
    const { forecast } = dry.json().result.apiRequests;
    const ended = await rig.run(...SYNC, '--max-api-requests', String(forecast));
    expect(ended.code, ended.stdout).to.equal(0);
    expect(wrongRecords(rig, TWITTER)).to.deep.equal([]);
  });

  it('--field beats the settings file, and a service that fills nothing is warned of', async () => {
    await using rig = await Rig.start();
    await rig.settings({ twitter: 'Tweets__c', facebook: 'Likes__c' }, { fields: { twitter: 'Tweets__c' } });
    insertArticles(rig, 3);
    const ended = await rig.run(...SYNC, '--field', 'twitter=Reads__c', '--dry-run');
    expect(ended.code).to.equal(0);
    const counts = [0, 1, 2].map((index) => rig.services.count('twitter', urlOf(index)));
    expect(planned(ended, 'Reads__c')).to.deep.equal(counts);
    expect(planned(ended, 'Tweets__c')).to.deep.equal([undefined, undefined, undefined]);
    expect(ended.json().warnings.join()).to.match(/The service "facebook" of .* isn't mapped to a field/);
    expect(ended.stderr).to.equal('');
    expect(rig.services.asked('facebook')).to.deep.equal([]);
  });

  it('settings come from plugins.byline of sfdx-project.json where no file is named', async () => {
    await using rig = await Rig.start();
    const { twitter } = rig.services.settings();
    await rig.write('sfdx-project.json', {
      packageDirectories: [],
      plugins: { byline: { fields: TWITTER, services: { twitter } } },
    });
    insertArticles(rig, 3);
    const ended = await rig.run('byline sync', '--dry-run', '--json');
    expect(ended.code, ended.stdout).to.equal(0);
    expect(planned(ended, 'Tweets__c')).to.deep.equal(
      [0, 1, 2].map((index) => rig.services.count('twitter', urlOf(index))),
    );
  });
});

/** What a preview would write to a field, by record. */
const planned = (ended: Ended, field: string): unknown[] =>
  ended.json().result.changes.map(({ fields }) => fields[field]?.after);

const tweets = (rig: Rig): unknown[] =>
  rig.org
    .table('Byline__c')
    .all()
    .map((row) => row['Tweets__c']);
