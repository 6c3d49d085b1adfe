import { expect } from 'chai';
import { describeObject } from '../../src/salesforce/describe.ts';
import { getLimits } from '../../src/salesforce/limits.ts';
import { queryPages } from '../../src/salesforce/query.ts';
import { readRecords } from '../../src/salesforce/read-records.ts';
import { requireVersion } from '../../src/salesforce/versions.ts';
import { Connected, rejection } from './connected.ts';

const QUERY = { sobject: 'Byline__c', urlField: 'Published_URL__c', fields: ['Tweets__c'] };
const TWEETS = { sobject: 'Byline__c', urlField: 'Published_URL__c', fields: ['Tweets__c'] };

describe('reading the records of an org', () => {
  it('reads all pages, however many, each only when it is wanted', async () => {
    await using here = await Connected.start({ pageSize: 200 });
    const ids = here.insert(650);
    const pages = queryPages(here.session, QUERY, here.signal);
    const sizes: number[] = [];
    const found: string[] = [];
    for await (const page of pages) {
      sizes.push(page.length);
      found.push(...page.map(({ id }) => id));
      expect(here.org.log.count('query') + here.org.log.count('query-more')).to.equal(sizes.length);
    }
    expect(sizes).to.deep.equal([200, 200, 200, 50]);
    expect(found).to.deep.equal(ids);
  });

  it('reads more than the 10,000 records at which the usual libraries stop', async () => {
    await using here = await Connected.start();
    here.insert(12_001);
    let count = 0;
    for await (const page of queryPages(here.session, QUERY, here.signal)) count += page.length;
    expect(count).to.equal(12_001);
  });

  it('gives id, URL and what the fields hold, and leaves records without a URL out', async () => {
    await using here = await Connected.start();
    const url = 'https://a.example.com/ü?a=1&b="2"';
    const [first, , third] = here.org.table('Byline__c').insert([
      { Published_URL__c: url, Tweets__c: 12 },
      { Published_URL__c: null, Tweets__c: 3 },
      { Published_URL__c: 'https://a.example.com/', Tweets__c: null },
    ]);
    const pages = await collect(queryPages(here.session, QUERY, here.signal));
    expect(pages.flat()).to.deep.equal([
      { id: first, url, stored: { Tweets__c: 12 } },
      { id: third, url: 'https://a.example.com/', stored: { Tweets__c: null } },
    ]);
  });

  it('goes on after a record it was told of', async () => {
    await using here = await Connected.start();
    const ids = here.insert(5);
    const pages = await collect(queryPages(here.session, { ...QUERY, after: ids[2] }, here.signal));
    expect(pages.flat().map(({ id }) => id)).to.deep.equal(ids.slice(3));
  });

  it('asks for pages as large as they may be', async () => {
    await using here = await Connected.start();
    await collect(queryPages(here.session, QUERY, here.signal));
    expect(here.org.log.of('query')[0]?.headers['sforce-query-options']).to.equal('batchSize=2000');
  });

  it('a condition the org does not understand is an error that repeats it on one line', async () => {
    await using here = await Connected.start();
    const pages = queryPages(here.session, { ...QUERY, where: 'Tweets__c >' }, here.signal);
    const error = await rejection(pages.next());
    expect(error.name).to.equal('QueryRefusedError');
    expect(error.message).to.match(/MALFORMED_QUERY: [^\n]*\(condition: Tweets__c >\)$/);
  });

  const record = (n: number): object => ({ Id: `a0100000000000${n}AAA`, Published_URL__c: 'https://a.example.com/' });
  const SAME = '/services/data/v64.0/query/0r8000000000001AAA-2000';
  const page = (records: unknown, more: object = {}): string => JSON.stringify({ totalSize: 9, records, ...more });
  const ENDLESS: [what: string, pages: readonly string[]][] = [
    [
      'a page that names itself',
      [page([record(1)], { nextRecordsUrl: SAME }), page([record(1)], { nextRecordsUrl: SAME })],
    ],
    ['a page without records that names another', [page([], { nextRecordsUrl: SAME })]],
    ['an id twice on a page', [page([record(1), record(1)])]],
    ['records out of order', [page([record(2), record(1)])]],
    ['more records than it told', [page([record(1), record(2)], { totalSize: 1 })]],
  ];
  for (const [what, pages] of ENDLESS) {
    it(`${what} is an error, not one more request`, async () => {
      await using here = await Connected.start();
      for (const [at, body] of pages.entries())
        here.org.faults.tell(at === 0 ? 'query' : 'query-more', { fault: 'status', status: 200, body });
      const error = await rejection(collect(queryPages(here.session, QUERY, here.signal)));
      expect(error.name).to.equal('OrgAnswerUnreadableError');
      expect(here.org.log.count()).to.equal(pages.length);
    });
  }

  const SHAPES = [
    '{}',
    '[]',
    '[null]',
    '{"error":"upstream"}',
    page(null),
    page([null]),
    page([{}]),
    page([{ Id: 7 }]),
    page([record(1)], { totalSize: null }),
    page([record(1)], { nextRecordsUrl: '/services/oauth2/revoke' }),
  ];
  for (const body of SHAPES) {
    it(`${body.slice(0, 60)} is no page, no description, no records, no number and no list of versions`, async () => {
      await using here = await Connected.start();
      const [id] = here.insert(1);
      const tell = (kind: string): void => here.org.faults.tell(kind, { fault: 'status', status: 200, body });
      const { session, signal } = here;
      const wrong: [string, () => Promise<unknown>][] = [
        ['query', () => collect(queryPages(session, QUERY, signal))],
        ['query', () => readRecords(session, TWEETS, [id!], signal)],
        ['describe', () => describeObject(session, 'Byline__c', signal)],
        [
          'retrieve',
          () =>
            readRecords(
              session,
              TWEETS,
              Array.from({ length: 501 }, () => id!),
              signal,
            ),
        ],
        ['versions', () => requireVersion(session, signal)],
      ];
      for (const [kind, read] of wrong) {
        if (kind === 'versions' && body === '[]') continue;
        tell(kind);
        const error = await rejection(read());
        expect(`${kind} ${error.name}`).to.equal(`${kind} OrgAnswerUnreadableError`);
        expect(error.message).to.include("but the response can't be read");
      }
    });
  }

  it('reads certain records by their ids; those that are gone are not there', async () => {
    await using here = await Connected.start();
    const ids = here.insert(4);
    here.org.table('Byline__c').delete(ids[1]!);
    const found = await readRecords(here.session, TWEETS, ids.slice(0, 3), here.signal);
    expect([...found].map(([id, { stored }]) => [id, stored])).to.deep.equal([
      [ids[0], { Tweets__c: 0 }],
      [ids[2], { Tweets__c: 2 }],
    ]);
  });

  it('describes an object in the spelling of the org; one that is not there is an error that names it', async () => {
    await using here = await Connected.start();
    const described = await describeObject(here.session, 'byline__C', here.signal);
    expect(described.name).to.equal('Byline__c');
    expect(described.fields.find(({ name }) => name === 'Tweets__c')).to.include({ type: 'double', updateable: true });
    for (const name of ['Nothing__c', "x'y", 'a/b']) {
      const error = await rejection(describeObject(here.session, name, here.signal));
      expect(error.name).to.equal('UnknownObjectError');
      expect(error.message).to.include(name);
    }
    expect(here.org.log.count('describe')).to.equal(2);
  });

  it('a page that is no JSON is an error that names request and status', async () => {
    await using here = await Connected.start();
    for (const body of ['<html>Sign in</html>', '']) {
      for (const kind of ['query', 'describe', 'limits'])
        here.org.faults.tell(kind, { fault: 'status', status: 200, body });
      for (const [request, asked] of [
        ['GET query', queryPages(here.session, QUERY, here.signal).next()],
        ['GET sobjects/Byline__c/describe', describeObject(here.session, 'Byline__c', here.signal)],
        ['GET limits', getLimits(here.session, here.signal)],
      ] as const) {
        const error = await rejection(asked);
        expect(error.name, request).to.equal('OrgAnswerUnreadableError');
        expect(error.message).to.include(request).and.to.include('HTTP 200');
      }
    }
  });
});

async function collect<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(page);
  return all;
}
