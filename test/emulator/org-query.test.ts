import { expect } from 'chai';
import { startOrg, type EmulatedOrg, type OrgOptions } from './org/org.ts';
import { RawClient } from './org/raw-client.ts';

const NOW = new Date('2026-03-11T10:00:00.000Z'); // a Wednesday

type Page = { totalSize: number; done: boolean; nextRecordsUrl?: string; records: Record<string, unknown>[] };

describe('the emulated org, queried', () => {
  let org: EmulatedOrg;
  let client: RawClient;

  const start = async (options: OrgOptions = {}): Promise<void> => {
    org = await startOrg({ now: () => NOW, ...options });
    client = new RawClient(org);
    const rows = [
      {
        Name: 'a',
        Published_URL__c: 'https://news.example/a?x=1&y=%20',
        Tweets__c: 1,
        Published_Date__c: '2026-03-11',
        Author__c: "O'Hara",
      },
      {
        Name: 'B',
        Published_URL__c: 'https://news.example/b',
        Tweets__c: -2.5,
        Published_Date__c: '2026-03-08',
        Author__c: 'back\\slash',
      },
      {
        Name: 'c',
        Published_URL__c: null,
        Tweets__c: 10,
        Published_Date__c: '2025-03-11',
        Counts_Synced_At__c: '2026-03-10T23:59:59.000Z',
      },
      {
        Name: 'D',
        Published_URL__c: 'https://news.example/d',
        Tweets__c: null,
        Published_Date__c: '2025-03-10',
        Author__c: '100%',
      },
      { Name: 'e', Published_URL__c: '', Tweets__c: 3, Published_Date__c: null, Author__c: 'two\nlines' },
    ];
    org.table('Byline__c').insert(rows);
  };
  beforeEach(() => start());
  afterEach(() => org.close());

  const page = async (soql: string, headers: Record<string, string> = {}): Promise<Page> => {
    const reply = await client.query(soql, headers);
    expect(reply.status, reply.body).to.equal(200);
    return JSON.parse(reply.body) as Page;
  };
  const names = async (rest: string): Promise<string> =>
    (await page(`SELECT Name FROM Byline__c ${rest}`)).records.map((record) => record['Name']).join('');

  const conditions: Record<string, string> = {
    '': 'aBcDe',
    'WHERE Tweets__c > 1': 'ce',
    'WHERE tweets__C >= 1.0 AND name != null': 'ace',
    'WHERE Tweets__c < 0': 'B',
    'WHERE Tweets__c <= -2.5': 'B',
    'WHERE Tweets__c = null': 'D',
    'WHERE Tweets__c != 1': 'BcDe',
    'WHERE Published_URL__c != null': 'aBDe',
    'WHERE Tweets__c IN (1, 3)': 'ae',
    'WHERE Tweets__c NOT IN (1, 3)': 'BcD',
    "WHERE Name IN ('A', 'b')": 'aB',
    "WHERE Name LIKE 'A%'": 'a',
    "WHERE Published_URL__c LIKE '%example/_'": 'BD',
    "WHERE Published_URL__c = 'HTTPS://news.example/A?x=1&y=%20'": 'a',
    "WHERE Author__c = 'O\\'Hara'": 'a',
    "WHERE Author__c = 'back\\\\slash'": 'B',
    "WHERE Author__c LIKE '100\\%'": 'D',
    "WHERE Author__c = 'two\\nlines'": 'e',
    "WHERE (Tweets__c = 1 OR Tweets__c = 3) AND NOT Name = 'e'": 'a',
    "WHERE NOT (Tweets__c = 1 OR (Tweets__c = 3 AND Name = 'e'))": 'BcD',
    "WHERE (NOT Name = 'a') AND Tweets__c != null": 'Bce',
    'WHERE Published_Date__c = TODAY': 'a',
    'WHERE Published_Date__c = THIS_WEEK': 'aB',
    'WHERE Published_Date__c = LAST_N_DAYS:365': 'aBc',
    'WHERE Published_Date__c < LAST_N_DAYS:365': 'D',
    'WHERE Published_Date__c = LAST_YEAR': 'cD',
    'WHERE Published_Date__c > 2026-03-08': 'a',
    'WHERE Counts_Synced_At__c = YESTERDAY': 'c',
    'WHERE Counts_Synced_At__c < 2026-03-11T00:00:00Z': 'c',
    'WHERE Counts_Synced_At__c > 2026-03-11T00:59:58+01:00': 'c',
    'ORDER BY Name': 'aBcDe',
    'ORDER BY Tweets__c': 'DBaec',
    'ORDER BY Tweets__c DESC NULLS LAST': 'ceaBD',
    'ORDER BY Id DESC LIMIT 2': 'eD',
    'ORDER BY Name LIMIT 2 OFFSET 1': 'Bc',
  };
  for (const [condition, expected] of Object.entries(conditions)) {
    it(`finds ${expected} with ${condition || 'no condition'}`, async () => {
      expect(await names(condition)).to.equal(expected);
    });
  }

  it('compares ids of 15 and 18 characters, and by their characters', async () => {
    const [first, , third] = (await page('SELECT Id FROM Byline__c ORDER BY Id')).records.map((record) =>
      String(record['Id']),
    );
    expect(await names(`WHERE Id = '${first?.slice(0, 15)}'`)).to.equal('a');
    expect(await names(`WHERE Id IN ('${first}', '${third?.toLowerCase()}')`)).to.equal('ac');
    expect(await names(`WHERE Id > '${third}'`)).to.equal('De');
  });

  it('counts', async () => {
    expect(await page('SELECT COUNT() FROM Byline__c WHERE Tweets__c != null')).to.deep.equal({
      totalSize: 4,
      done: true,
      records: [],
    });
    expect((await page('SELECT COUNT(Tweets__c) FROM Byline__c')).records).to.deep.equal([
      { attributes: { type: 'AggregateResult' }, expr0: 4 },
    ]);
  });

  const errors: Record<string, [code: string, message: string]> = {
    'SELECT Id FROM': [
      'MALFORMED_QUERY',
      '\nSELECT Id FROM\n              ^\nERROR at Row:1:Column:15\nunexpected token: <EOF>',
    ],
    'SELECT Id FROM Byline__c WHERE': ['MALFORMED_QUERY', 'unexpected token: <EOF>'],
    "SELECT Id FROM Byline__c WHERE (Name = 'a'": ['MALFORMED_QUERY', 'unexpected token: <EOF>'],
    "SELECT Id FROM Byline__c WHERE Name = 'a' AND Name = 'b' OR Name = 'c'": [
      'MALFORMED_QUERY',
      "unexpected token: 'OR'",
    ],
    'SELECT Nope__c FROM Byline__c': [
      'INVALID_FIELD',
      "\nSELECT Nope__c FROM Byline__c\n       ^\nERROR at Row:1:Column:8\nNo such column 'Nope__c' on entity 'Byline__c'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.",
    ],
    'SELECT Id FROM Byline__c WHERE Nope__c = 1': ['INVALID_FIELD', "No such column 'Nope__c' on entity 'Byline__c'."],
    'SELECT Id FROM Byline__c ORDER BY Nope__c': ['INVALID_FIELD', "No such column 'Nope__c' on entity 'Byline__c'."],
    'SELECT Owner.Name FROM Byline__c': ['INVALID_FIELD', "Didn't understand relationship 'Owner' in field path."],
    'SELECT Id FROM Nope__c': [
      'INVALID_TYPE',
      "sObject type 'Nope__c' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name.",
    ],
    'SELECT Id FROM ScratchOrgInfo limit 1': ['INVALID_TYPE', "sObject type 'ScratchOrgInfo' is not supported."],
    "SELECT Id FROM Byline__c WHERE Tweets__c = '1'": [
      'INVALID_FIELD',
      "value of filter criterion for field 'Tweets__c' must be of type double and should not be enclosed in quotes",
    ],
    'SELECT Id FROM Byline__c WHERE Name = 1': [
      'INVALID_FIELD',
      "value of filter criterion for field 'Name' must be of type string and should be enclosed in quotes",
    ],
    "SELECT Id FROM Byline__c WHERE Id = 'x'": ['INVALID_QUERY_FILTER_OPERATOR', 'invalid ID field: x'],
    "SELECT Id FROM Byline__c WHERE Name = 'a\\x'": [
      'MALFORMED_QUERY',
      "Illegal character sequence '\\x' in string literal.",
    ],
    'SELECT Id FROM Byline__c OFFSET 2001': ['NUMBER_OUTSIDE_VALID_RANGE', 'Maximum SOQL offset allowed is 2000'],
    'SELECT Id, Id FROM Byline__c': ['INVALID_FIELD', 'duplicate field selected: Id'],
    '': ['MALFORMED_QUERY', ''],
  };
  for (const [soql, [code, message]] of Object.entries(errors)) {
    it(`answers ${code} to ${soql || 'nothing'}`, async () => {
      const reply = await client.query(soql);
      const [error] = JSON.parse(reply.body) as { message: string; errorCode: string }[];
      expect([reply.status, error?.errorCode]).to.deep.equal([400, code]);
      expect(error?.message).to.include(message);
    });
  }

  describe('page by page', () => {
    beforeEach(
      () => void org.table('Byline__c').insert(Array.from({ length: 4_495 }, (_, index) => ({ Name: `n${index}` }))),
    );

    it('gives 2,000 records and the address of the next', async () => {
      const first = await page('SELECT Name FROM Byline__c');
      expect(first).to.include({ totalSize: 4_500, done: false });
      expect(first.records).to.have.length(2_000);
      expect(first.nextRecordsUrl).to.match(/^\/services\/data\/v64\.0\/query\/0r8\w{15}-2000$/);
      const second = JSON.parse(
        (await client.rest('GET', (first.nextRecordsUrl ?? '').slice('/services/data/v64.0'.length))).body,
      ) as Page;
      expect(second.nextRecordsUrl).to.match(/-4000$/);
      const third = JSON.parse(
        (await client.rest('GET', (second.nextRecordsUrl ?? '').slice('/services/data/v64.0'.length))).body,
      ) as Page;
      expect(third).to.include({ totalSize: 4_500, done: true }).and.not.to.have.property('nextRecordsUrl');
      const all = [first, second, third].flatMap(({ records }) => records.map((record) => record['Name']));
      expect(new Set(all).size).to.equal(4_500);
      expect([org.log.count('query'), org.log.count('query-more')]).to.deep.equal([1, 2]);
    });

    it('gives smaller pages on request, but none under 200', async () => {
      expect(
        (await page('SELECT Id FROM Byline__c', { 'sforce-query-options': 'batchSize=500' })).records,
      ).to.have.length(500);
      expect(
        (await page('SELECT Id FROM Byline__c', { 'Sforce-Query-Options': 'batchSize=1' })).records,
      ).to.have.length(200);
      expect(
        (await page('SELECT Id FROM Byline__c', { 'Sforce-Query-Options': 'batchSize=9999' })).records,
      ).to.have.length(2_000);
    });

    it('answers INVALID_QUERY_LOCATOR to a stale one', async () => {
      const reply = await client.rest('GET', '/query/0r8Em00000ZZZZZZAA-2000');
      expect(`${reply.status} ${reply.body}`).to.equal(
        '400 [{"message":"invalid query locator","errorCode":"INVALID_QUERY_LOCATOR"}]',
      );
    });
  });

  it('gives the rows of a query job of Bulk API 2.0 page by page, each naming the next', async () => {
    const job = { operation: 'query', query: 'SELECT Name FROM Byline__c ORDER BY Tweets__c DESC NULLS LAST' };
    const { id } = JSON.parse((await client.rest('POST', '/jobs/query', job)).body) as { id: string };
    expect(JSON.parse((await client.rest('GET', `/jobs/query/${id}`)).body)).to.include({
      ...{ state: 'JobComplete', numberRecordsProcessed: 5 },
    });
    const pages = [];
    for (let locator: string | null = ''; locator !== 'null';) {
      const path = `/jobs/query/${id}/results?maxRecords=2${locator ? `&locator=${locator}` : ''}`;
      const { headers, body } = await client.rest('GET', path);
      pages.push(`${headers.get('sforce-numberofrecords')} ${body}`);
      locator = headers.get('sforce-locator');
    }
    expect(pages).to.deep.equal(['2 "Name"\n"c"\n"e"\n', '2 "Name"\n"a"\n"B"\n', '1 "Name"\n"D"\n']);
  });
});
