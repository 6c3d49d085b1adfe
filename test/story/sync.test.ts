import { expect } from 'chai';
import type { Value } from '../emulator/org/org.ts';
import { AWKWARD, rightCounts, UNASKABLE, urlOf, wrongRecords } from '../rig/articles.ts';
import { POST_FIELDS, Rig } from '../rig/rig.ts';

describe('sync', () => {
  it('brings 900 awkward records up to date, asks for each URL once, and then finds nothing to do', async () => {
    await using rig = await Rig.start({ pageSize: 500 });
    await rig.settings();
    const { changed, unchanged, unaskable, urls } = insertFixture(rig, 900);

    const first = await rig.run('byline sync', '--config-file', 'byline.json', '--json');
    expect(first.stderr).to.equal('');
    expect(first.code).to.equal(0);
    expect(wrongRecords(rig)).to.deep.equal([]);
    // Written are the records that change, once, and no others.
    expect(
      changed.map((id) => rig.org.table('Byline__c').writes(id).length).filter((times) => times !== 1),
    ).to.deep.equal([]);
    expect([...unchanged, ...unaskable].flatMap((id) => rig.org.table('Byline__c').writes(id))).to.deep.equal([]);
    for (const service of Object.keys(POST_FIELDS)) {
      expect(rig.services.asked(service).toSorted(), service).to.deep.equal(urls.toSorted());
    }

    const { result } = first.json();
    expect(result).to.deep.include({
      command: 'sync',
      state: 'Completed',
      dryRun: false,
      sobject: 'Byline__c',
      org: { username: rig.org.username, orgId: rig.org.orgId, instanceUrl: rig.org.url },
      records: {
        queried: changed.length + unchanged.length + unaskable.length,
        eligible: changed.length + unchanged.length,
        unchanged: unchanged.length,
        changed: changed.length,
        updated: changed.length,
        failed: 0,
        unprocessed: 0,
        skipped: unaskable.length,
      },
      failures: [],
    });
    for (const [service, field] of Object.entries(POST_FIELDS)) {
      const counted = { field, ok: urls.length, failed: 0, skipped: 0, state: 'ok', reason: null };
      expect(result.services[service], service).to.deep.include(counted);
    }
    expect(result.changes).to.have.length(200);
    expect(result.apiRequests.used).to.equal(rig.org.apiRequests() - LOGIN_REQUESTS);
    expect(
      rig.org
        .jobs()
        .map(({ id, state, concurrencyMode, contentType }) => ({ id, state, concurrencyMode, contentType })),
    ).to.deep.equal([{ id: result.jobs[0]?.id, state: 'Closed', concurrencyMode: 'Parallel', contentType: 'XML' }]);

    rig.org.log.clear();
    const second = await rig.run('byline sync', '--config-file', 'byline.json', '--json');
    expect(second.code).to.equal(0);
    expect(second.json().result).to.deep.include({ state: 'Completed', jobs: [], changes: [] });
    expect(second.json().result.records).to.include({
      changed: 0,
      updated: 0,
      unchanged: changed.length + unchanged.length,
    });
    expect(rig.org.jobs()).to.have.length(1);
    expect(rig.org.log.entries.map(({ kind }) => kind)).to.deep.equal(['describe', 'query', 'query-more']);
  });

  it('shows its outcome as text without --json', async () => {
    await using rig = await Rig.start();
    await rig.settings();
    insertFixture(rig, 40);
    const ended = await rig.run('byline sync', '--config-file', 'byline.json');
    expect(ended.code).to.equal(0);
    const [job] = rig.org.jobs();
    expect(ended.stdout).to.include(
      `Job ${job?.id}\n${rig.org.url}/lightning/setup/AsyncApiJobStatus/page?address=%2F${job?.id}`,
    );
    expect(ended.stdout).to.match(/Records: 38 read, \d+ to write, \d+ unchanged, 2 skipped\./);
    expect(ended.stdout).to.match(/Rows: \d+ updated, 0 failed, 0 unprocessed\.\nState: Completed\n/);
    // Progress goes to standard error, and where no terminal is, no line of it is drawn over.
    expect(ended.stdout + ended.stderr).not.to.match(/[\u0000-\u0009\u000b-\u001f]/u);
    expect(ended.stderr).to.equal(`Job ${job?.id}\n`);
  });

  it('--dry-run shows what would change and writes nothing', async () => {
    await using rig = await Rig.start();
    await rig.settings();
    const { changed, unchanged, unaskable } = insertFixture(rig, 60);
    const before = structuredClone(rig.org.table('Byline__c').all());
    rig.org.log.clear();

    const dry = await rig.run('byline sync', '--config-file', 'byline.json', '--dry-run', '--json');
    expect(dry.code).to.equal(0);
    const { result } = dry.json();
    expect(result).to.deep.include({ state: 'Planned', dryRun: true, jobs: [], failures: [] });
    expect(result.records).to.deep.equal({
      ...{ queried: changed.length + unchanged.length + unaskable.length, eligible: changed.length + unchanged.length },
      ...{ unchanged: unchanged.length, changed: changed.length, updated: 0, failed: 0, unprocessed: 0 },
      skipped: unaskable.length,
    });
    const expected = changed.map((id) => {
      const row = before.find((record) => record['Id'] === id)!;
      const right = rightCounts(rig, row);
      const fields = Object.keys(right).filter((field) => row[field] !== right[field]);
      return {
        id,
        url: row['Published_URL__c'],
        fields: Object.fromEntries(fields.map((field) => [field, { before: row[field], after: right[field] }])),
      };
    });
    expect(result.changes).to.deep.equal(expected);
    expect(rig.org.table('Byline__c').all()).to.deep.equal(before);
    expect(rig.org.jobs()).to.deep.equal([]);
    expect(rig.org.log.entries.map(({ kind }) => kind)).to.deep.equal(['describe', 'query', 'limits']);

    const shown = await rig.run('byline sync', '--config-file', 'byline.json', '--dry-run');
    expect(shown.stdout).to.include('Dry run: nothing was written to the org.');
    expect(shown.stdout).to.match(/│ Article \d+ │ +[\d,]+ \((new|[+-][\d,]+)\) │/);
    expect(shown.stdout).to.match(
      new RegExp(`│ API requests │ +${result.apiRequests.forecast} │ +14,9\\d\\d │ 15,000 │`),
    );
    expect(shown.stdout).to.match(/│ Batches +│ +1 │ +15,000 │ 15,000 │/);

    // What the preview says it takes is what it takes.
    rig.org.log.clear();
    const real = await rig.run('byline sync', '--config-file', 'byline.json', '--json');
    expect(real.json().result.apiRequests.used).to.equal(rig.org.log.count());
    expect(result.apiRequests.forecast).to.be.within(rig.org.log.count(), rig.org.log.count() + 1);
  });
});

/** Requests of the login the rig makes, which count as usage of the org as well. */
const LOGIN_REQUESTS = 2;

type Fixture = { changed: string[]; unchanged: string[]; unaskable: string[]; urls: string[] };

/**
 * Fills the org: every tenth record without a URL or with one nobody may be asked about, every seventh with the URL of the
 * one before; counts that are missing, right, and wrong in one field or in all.
 */
function insertFixture(rig: Rig, size: number): Fixture {
  const articles: Fixture = { changed: [], unchanged: [], unaskable: [], urls: [] };
  const urls = new Set<string>();
  for (let index = 0; index < size; index += 1) {
    if (index % 10 === 9) {
      const url = index % 20 === 9 ? null : (UNASKABLE[((index / 20) % UNASKABLE.length) | 0] ?? null);
      const [id] = rig.org
        .table('Byline__c')
        .insert([{ Name: `Draft ${index}`, Published_URL__c: url, Tweets__c: index }]);
      if (url !== null) articles.unaskable.push(id!);
      continue;
    }
    const url = urlOf(index % 7 === 6 && index % 10 !== 0 ? index - 1 : index);
    urls.add(url);
    const right = Object.entries(POST_FIELDS).map(
      ([service, field]) => [field, rig.services.count(service, url)] as const,
    );
    const stored: Record<string, Value> = Object.fromEntries(right);
    if (index % 4 === 0) for (const [field] of right) stored[field] = null;
    if (index % 4 === 1) stored['Likes__c'] = (stored['Likes__c'] as number) + 1;
    if (index % 4 === 2) stored['Tweets__c'] = null;
    const [id] = rig.org.table('Byline__c').insert([{ Name: `Article ${index}`, Published_URL__c: url, ...stored }]);
    (index % 4 === 3 ? articles.unchanged : articles.changed).push(id!);
  }
  articles.urls.push(...urls);
  expect(urls.size).to.be.greaterThan(Math.min(size / 2, AWKWARD.length));
  return articles;
}
