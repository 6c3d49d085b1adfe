import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { ArticleRecord } from '../../src/model/change.ts';
import { readArticles } from '../../src/salesforce/articles.ts';
import { BulkClient } from '../../src/salesforce/bulk-client.ts';
import { type ArticleQuery, queryPages } from '../../src/salesforce/query.ts';
import { readInBulk } from '../../src/salesforce/read-in-bulk.ts';
import { BYLINE } from '../emulator/org/data/objects.ts';
import { AWKWARD } from '../rig/articles.ts';
import { Connected, rejection } from './connected.ts';

const QUERY: ArticleQuery = {
  sobject: 'Byline__c',
  urlField: 'Published_URL__c',
  fields: ['Tweets__c', 'Likes__c', 'Counts_Synced_At__c'],
};
/** The smallest pages there are: eleven of them take more requests than a bulk query. */
const SMALL = { pageSize: 200 };
const MANY = 2600;
const NUMBERS = [null, 0, 7, 144.5, -3, 1.5e7, 123_456_789_012, 0.000_25];

/** Puts records in whose values need care in XML or JSON. */
function insertAwkward(here: Connected, count = MANY): string[] {
  const rows = Array.from({ length: count }, (_, index) => ({
    Published_URL__c: index % 50 === 49 ? null : `https://a.example.com/${index}/${AWKWARD[index % AWKWARD.length]}`,
    Tweets__c: NUMBERS[index % NUMBERS.length]!,
    Likes__c: index,
    Counts_Synced_At__c: index % 3 === 0 ? null : `2026-11-${10 + (index % 20)}T07:30:15.120Z`,
  }));
  return here.org.table('Byline__c').insert(rows);
}

type Pages = AsyncGenerator<readonly ArticleRecord[], void, undefined>;

const start = (here: Connected, some: Partial<ArticleQuery> = {}, folder?: string, notices: string[] = []): Pages =>
  readArticles(here.session, { ...QUERY, ...some }, { onNotice: (text) => notices.push(text), folder }, here.signal);

async function all(pages: AsyncIterable<readonly ArticleRecord[]>): Promise<ArticleRecord[]> {
  const records: ArticleRecord[] = [];
  for await (const page of pages) records.push(...page);
  return records;
}

const paged = (here: Connected, some: Partial<ArticleQuery> = {}): Promise<ArticleRecord[]> =>
  all(queryPages(here.session, { ...QUERY, ...some }, here.signal));

const states = (here: Connected): string[] => here.org.jobs().map(({ operation, state }) => `${operation} ${state}`);

/** The result of a query for records of which only the Id is told. */
const csvOf = (ids: readonly string[]): string =>
  `"Id","Published_URL__c","Tweets__c","Likes__c","Counts_Synced_At__c"\n${ids.map((id) => `"${id}","","","",""\n`).join('')}`;

const refusal = (code: string): { fault: 'status'; status: number; body: string } => ({
  ...{ fault: 'status', status: 400 },
  body: `<?xml version="1.0"?><error xmlns="x"><exceptionCode>${code}</exceptionCode><exceptionMessage>Not here</exceptionMessage></error>`,
});

describe('reading many records', () => {
  it('reads by a bulk query what would take more requests page by page, with the very same values', async () => {
    await using here = await Connected.start(SMALL);
    insertAwkward(here);
    const notices: string[] = [];
    const records = await all(start(here, {}, undefined, notices));
    expect(here.org.log.kinds()).to.deep.equal({
      ...{ query: 1, 'create-job': 1, 'add-batch': 1, 'close-job': 1, 'list-batches': 1, 'get-result': 1 },
      'get-query-result': 1,
    });
    expect(records).to.have.length(MANY - MANY / 50);
    expect(records).to.deep.equal(await paged(here));
    expect(notices).to.deep.equal(['2,348 records are read by a bulk query: some 9 API requests instead of 12.']);
    expect(states(here)).to.deep.equal(['query Closed']);
  });

  it('asks for what is left after the first page, after the last Id and in order', async () => {
    await using here = await Connected.start(SMALL);
    const ids = insertAwkward(here);
    await all(start(here, { where: 'Likes__c >= 0', limit: 2300 }));
    const [body] = here.org.log.of('add-batch').map((request) => request.body.toString());
    expect(body).to.equal(
      'SELECT Id, Published_URL__c, Tweets__c, Likes__c, Counts_Synced_At__c FROM Byline__c WHERE Published_URL__c != null ' +
        `AND (Likes__c >= 0) AND Id > '${ids[203]}' ORDER BY Id LIMIT 2100`,
    );
  });

  for (const [name, some] of [
    ['a limit', { limit: 2345 }],
    ['a record to go on after', { after: 'a01Em000000000V' }],
    ['both', { limit: 2300, after: 'a01Em000000000V' }],
    ['a condition', { where: 'Likes__c > 50 OR Tweets__c = null' }],
  ] as const) {
    it(`keeps to ${name} as page by page`, async () => {
      await using here = await Connected.start(SMALL);
      insertAwkward(here);
      const records = await all(start(here, some));
      expect(here.org.log.count('get-query-result')).to.equal(1);
      expect(records).to.deep.equal(await paged(here, some));
    });
  }

  it('reads by a bulk query at once what is too long for a URL, and says so', async () => {
    await using here = await Connected.start();
    const ids = here.insert(700);
    const where = `Id IN (${ids.map((id) => `'${id}'`).join(',')})`;
    const notices: string[] = [];
    const records = await all(start(here, { where }, undefined, notices));
    expect(records.map(({ id }) => id)).to.deep.equal(ids);
    expect(here.org.log.kinds()).not.to.have.property('query');
    expect(notices).to.have.lengthOf(1);
    expect(notices[0]).to.match(
      /^The query is too long for a URL \([\d,]+ bytes\): the records are read by a bulk query\.$/,
    );
    here.org.faults.tell('create-job', refusal('FeatureNotEnabled'));
    expect(await rejection(all(start(here, { where })))).to.have.property('name', 'QueryTooLongForUrlError');
  });

  it('takes the bytes of the URL for its length, not the characters of the query', async () => {
    await using here = await Connected.start();
    const names = Array.from({ length: 600 }, (_, index) => `'日本語${index}'`).join(',');
    const notices: string[] = [];
    await all(start(here, { where: `Name IN (${names})` }, undefined, notices));
    expect(notices.join()).to.contain('too long for a URL');
    expect(here.org.log.kinds()).not.to.have.property('query');
  });

  it('asks nothing where the query is longer than SOQL may be', async () => {
    await using here = await Connected.start();
    const error = await rejection(all(start(here, { where: `Name = '${'x'.repeat(100_000)}'` })));
    expect(error).to.have.property('name', 'QueryTooLongError');
    expect(error)
      .to.have.property('message')
      .that.matches(/has 100,\d{3} characters\. SOQL allows at most 100,000/);
    expect(here.org.log.kinds()).to.deep.equal({});
  });

  it('reads page by page where that takes no more requests', async () => {
    await using here = await Connected.start(SMALL);
    insertAwkward(here, 2000);
    const notices: string[] = [];
    expect(await all(start(here, {}, undefined, notices))).to.have.length(1960);
    expect(here.org.log.kinds()).to.deep.equal({ query: 1, 'query-more': 9 });
    expect(notices).to.deep.equal([]);
  });

  it('goes on after the last Id where one query does not hold all', async () => {
    await using here = await Connected.start();
    const ids = here.insert(25);
    for (const [limit, expected] of [
      [undefined, ids],
      [21, ids.slice(0, 21)],
      [20, ids.slice(0, 20)],
      [0, []],
    ] as const) {
      here.org.log.clear();
      const read = {
        sobject: 'Byline__c',
        fields: [],
        soql: (after: string | undefined, most: number) =>
          `SELECT Id FROM Byline__c ${after === undefined ? '' : `WHERE Id > '${after}'`} ORDER BY Id LIMIT ${most}`,
        toRecord: ({ id }: { id: string }) => ({ id }),
        ...{ limit, rows: 10 },
      };
      const found: string[] = [];
      for await (const page of readInBulk(here.session, read, here.signal)) found.push(...page.map(({ id }) => id));
      expect(found).to.deep.equal(expected);
      expect(here.org.log.count('add-batch'), String(limit)).to.equal(Math.ceil(expected.length / 10));
    }
    expect(new Set(states(here))).to.deep.equal(new Set(['query Closed']));
  });

  it('finds nothing where there is nothing, however the org says so', async () => {
    await using here = await Connected.start();
    here.org.faults.tell('get-result', refusal('InvalidBatch'), { skip: 1, times: 1 });
    for (let times = 0; times < 2; times += 1) {
      const soql = (): string => 'SELECT Id FROM Byline__c ORDER BY Id LIMIT 10';
      const read = { sobject: 'Byline__c', fields: [], soql, toRecord: ({ id }: { id: string }) => ({ id }) };
      expect((await readInBulk(here.session, read, here.signal).next()).done).to.equal(true);
    }
  });

  it('reads several results in the order of their records', async () => {
    await using here = await Connected.start({ ...SMALL, limits: { recordsPerQueryFile: 700 } });
    insertAwkward(here);
    const records = await all(start(here));
    expect(here.org.log.count('get-query-result')).to.equal(4);
    expect(records).to.deep.equal(await paged(here));
  });

  it('waits for a query that takes its time, ever longer', async () => {
    await using here = await Connected.start({ ...SMALL, batchMs: 400 });
    insertAwkward(here);
    expect(await all(start(here))).to.have.length(2548);
    expect(here.org.log.count('list-batches')).to.be.within(3, 6);
  });

  it('asks again where a result breaks off, and leaves no file behind', async () => {
    await using here = await Connected.start(SMALL);
    await using folder = await Folder.make();
    insertAwkward(here);
    here.org.faults.tell('get-query-result', { fault: 'cut-within', bytes: 3000 });
    const pages = start(here, {}, folder.path);
    const records: ArticleRecord[] = [];
    for await (const page of pages) {
      records.push(...page);
      expect(await readdir(folder.path)).to.deep.equal([]);
    }
    expect(here.org.log.count('get-query-result')).to.equal(2);
    expect(records).to.deep.equal(await paged(here));
  });

  const BAD: Readonly<Record<string, { body: string; headers?: Record<string, string> }>> = {
    'a page of a proxy': { body: '<html>Sign in</html>' },
    nothing: { body: '' },
    'a result that is not whole': { body: csvOf(['a01Em0000009']).slice(0, -8) },
    'a result without a field': { body: '"Id","Published_URL__c"\n' },
    'a record without an Id': { body: csvOf(['']) },
    'what is not compressed as it says': { body: 'plain', headers: { 'content-encoding': 'gzip' } },
  };
  for (const [name, bad] of Object.entries(BAD)) {
    it(`${name} is an error that names the request`, async () => {
      await using here = await Connected.start(SMALL);
      insertAwkward(here);
      here.org.faults.tell('get-query-result', { fault: 'status', status: 200, ...bad });
      const error = await rejection(all(start(here)));
      expect(error.name).to.equal('ResultUnreadableError');
      expect(error.message).to.match(/^GET job\/750\w+\/batch\/751\w+\/result\/752\w+ returned HTTP 200/);
    });
  }

  it('results that overlap are an error: whoever goes on after the last Id would miss records', async () => {
    await using here = await Connected.start({ ...SMALL, limits: { recordsPerQueryFile: 1500 } });
    insertAwkward(here);
    const body = csvOf(['a01zz0000000000000']);
    const first = csvOf(['a01Em0000000000AAA', 'a01zzz000000000000']);
    here.org.faults.tell('get-query-result', { fault: 'status', status: 200, body });
    here.org.faults.tell('get-query-result', { fault: 'status', status: 200, body: first });
    expect((await rejection(all(start(here)))).message).to.include('out of order');
  });

  it('a result that was cut off between two lines is an error: its batch tells of more records', async () => {
    await using here = await Connected.start(SMALL);
    insertAwkward(here);
    here.org.faults.tell('get-query-result', { fault: 'status', status: 200, body: csvOf(['a01zz0000000000000']) });
    const error = await rejection(all(start(here)));
    expect(error.message).to.include('1 records, where its batch tells of 2348');
  });

  it('records that come twice within a result are an error, and so are more than were asked for', async () => {
    await using here = await Connected.start(SMALL);
    insertAwkward(here);
    const told = (ids: readonly string[]): void =>
      here.org.faults.tell('get-query-result', { fault: 'status', status: 200, body: csvOf(ids) });
    told(Array.from({ length: 450 }, () => 'a01zzz000000000000'));
    expect((await rejection(all(start(here)))).message).to.include('out of order');
    told(Array.from({ length: 5001 }, (_, index) => `a01zzz00000000${String(index).padStart(4, '0')}`));
    const limited = start(here, { limit: 5000 });
    expect((await rejection(all(limited))).message).to.include('more records than asked for');
  });

  for (const kind of ['create-job', 'add-batch', 'close-job', 'list-batches', 'get-result', 'get-query-result']) {
    it(`survives the end of the session at ${kind}`, async () => {
      await using here = await Connected.start(SMALL);
      insertAwkward(here);
      here.org.expireSessionAfter(kind, 1);
      const records = await all(start(here));
      expect(records).to.deep.equal(await paged(here));
      expect(states(here)).to.deep.equal(['query Closed']);
    });
  }

  for (const kind of ['list-batches', 'get-result', 'get-query-result']) {
    it(`asks again where ${kind} is answered with HTTP 503, or not at all`, async () => {
      await using here = await Connected.start(SMALL);
      insertAwkward(here);
      here.org.faults.tell(kind, { fault: 'status', status: 503, body: 'later' });
      here.org.faults.tell(kind, { fault: 'cut-before' });
      expect(await all(start(here))).to.have.length(2548);
      expect(here.org.log.count(kind)).to.equal(3);
    });
  }

  const LOST: readonly [kind: string, fault: 'cut-before' | 'cut-after', jobs: string[]][] = [
    ['create-job', 'cut-before', ['query Closed']],
    ['create-job', 'cut-after', ['query Aborted', 'query Closed']],
    ['add-batch', 'cut-before', ['query Aborted', 'query Closed']],
    ['add-batch', 'cut-after', ['query Aborted', 'query Closed']],
    ['close-job', 'cut-before', ['query Closed']],
    ['close-job', 'cut-after', ['query Closed']],
  ];
  for (const [kind, fault, jobs] of LOST) {
    it(`leaves no open job where the answer of ${kind} is lost (${fault})`, async () => {
      await using here = await Connected.start(SMALL);
      insertAwkward(here);
      here.org.faults.tell(kind, { fault });
      expect(await all(start(here))).to.deep.equal(await paged(here));
      expect(states(here)).to.deep.equal(jobs);
    });
  }

  it('leaves open jobs alone where they may be those of somebody else', async () => {
    await using here = await Connected.start(SMALL);
    insertAwkward(here);
    await here.bulk.createJob('Parallel', here.signal);
    const others = new BulkClient(here.session, 'Byline__c', { operation: 'query' });
    for (const fault of ['cut-before', 'cut-after'] as const) {
      await others.createJob('Parallel', here.signal);
      await others.createJob('Parallel', here.signal);
      here.org.faults.tell('create-job', { fault });
      await all(start(here));
    }
    expect(states(here).filter((state) => state.endsWith('Open'))).to.have.length(6);
  });

  it('a query that fails is an error with the words of the org', async () => {
    await using here = await Connected.start(SMALL);
    insertAwkward(here);
    const stateMessage =
      'InvalidBatch : Failed to process query: QUERY_TIMEOUT: Your query request was running for too long.';
    here.org.failBatch({ stateMessage });
    const error = await rejection(all(start(here)));
    expect(error.name).to.equal('BulkQueryFailedError');
    expect(error.message).to.include(stateMessage);
    expect((error as { actions?: string[] }).actions?.join()).to.include('--where');
    expect(states(here)).to.deep.equal(['query Closed']);
  });

  it('a query somebody aborts is an error that says so', async () => {
    await using here = await Connected.start(SMALL);
    insertAwkward(here);
    here.org.holdBatches();
    const failed = rejection(all(start(here)));
    await here.org.log.arrived('list-batches');
    here.org.abortJob(here.org.jobs()[0]!.id);
    expect((await failed).name).to.equal('BulkQueryAbortedError');
  });

  it('aborts the query when the reading is', async () => {
    await using here = await Connected.start(SMALL);
    insertAwkward(here);
    here.org.holdBatches();
    const failed = rejection(all(start(here)));
    await here.org.log.arrived('list-batches');
    here.controller.abort(new Error('enough'));
    expect((await failed).message).to.equal('enough');
    expect(states(here)).to.deep.equal(['query Aborted']);
  });

  it('aborts the job that was being created when the reading is aborted', async () => {
    await using here = await Connected.start(SMALL);
    insertAwkward(here);
    here.org.faults.tell('create-job', { fault: 'slow', ms: 3000 });
    const failed = rejection(all(start(here)));
    await here.org.log.arrived('create-job');
    here.controller.abort(new Error('enough'));
    expect((await failed).message).to.equal('enough');
    expect(states(here)).to.deep.equal(['query Aborted']);
  });

  it('stops when nobody wants more', async () => {
    await using here = await Connected.start(SMALL);
    await using folder = await Folder.make();
    insertAwkward(here, 6000);
    const pages = start(here, {}, folder.path);
    for (let page = 0; page < 2; page += 1) expect((await pages.next()).done).to.equal(false);
    await pages.return();
    expect(states(here)).to.deep.equal(['query Closed']);
    expect(await readdir(folder.path)).to.deep.equal([]);
  });

  it('keeps a request back to end its job with, where the number of requests is limited', async () => {
    await using here = await Connected.start({ ...SMALL, maxRequests: 3 });
    insertAwkward(here);
    expect((await rejection(all(start(here)))).name).to.equal('ApiRequestLimitError');
    expect(states(here)).to.deep.equal(['query Aborted']);
    expect(here.org.log.kinds()).to.deep.equal({ query: 1, 'create-job': 1, 'abort-job': 1 });
  });

  it('a folder it cannot write to is an error that names it', async () => {
    await using here = await Connected.start(SMALL);
    insertAwkward(here);
    const error = await rejection(all(start(here, {}, '/nowhere/at/all')));
    expect(error.name).to.equal('DownloadUnwritableError');
    expect(error.message).to.include('/nowhere/at/all').and.to.include('ENOENT');
  });

  describe('where the org lets no bulk query', () => {
    for (const code of ['FeatureNotEnabled', 'InvalidUser', 'InvalidEntity']) {
      it(`reads page by page and says so (${code})`, async () => {
        await using here = await Connected.start(SMALL);
        insertAwkward(here);
        here.org.faults.tell('create-job', refusal(code));
        const notices: string[] = [];
        expect(await all(start(here, { limit: 2400 }, undefined, notices))).to.deep.equal(
          await paged(here, { limit: 2400 }),
        );
        expect(notices).to.have.length(2);
        expect(notices[1]).to.equal(
          `The org lets no bulk query read them (${code}: Not here): they are read page by page.`,
        );
        expect(states(here)).to.deep.equal([]);
      });
    }

    it('reads page by page where the object is not for the Bulk API', async () => {
      await using here = await Connected.start({ ...SMALL, objects: [{ ...BYLINE, bulk: false }] });
      insertAwkward(here);
      expect(await all(start(here))).to.deep.equal(await paged(here));
    });

    it('reads page by page where the query is refused as such', async () => {
      await using here = await Connected.start(SMALL);
      insertAwkward(here);
      here.org.failBatch({ stateMessage: 'FeatureNotEnabled : Failed to process query: FUNCTIONALITY_NOT_ENABLED' });
      expect(await all(start(here))).to.deep.equal(await paged(here));
    });

    it('any other refusal is an error', async () => {
      await using here = await Connected.start(SMALL);
      insertAwkward(here);
      here.org.faults.tell('create-job', refusal('ExceededQuota'));
      expect((await rejection(all(start(here)))).message).to.equal('Not here');
    });
  });
});

/** A folder that is gone when it is left. */
class Folder implements AsyncDisposable {
  public readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  public static async make(): Promise<Folder> {
    return new Folder(await mkdtemp(join(tmpdir(), 'byline-read-')));
  }

  public [Symbol.asyncDispose](): Promise<void> {
    return rm(this.path, { recursive: true, force: true });
  }
}
