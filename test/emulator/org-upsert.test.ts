import { expect } from 'chai';
import { startOrg, type EmulatedOrg } from './org/org.ts';
import { jobXml, RawClient, refusalIn, textIn } from './org/raw-client.ts';

const UPSERT = '<operation>upsert</operation><object>Byline_Count__c</object>';
const JOB = `${UPSERT}<externalIdFieldName>Key__c</externalIdFieldName><concurrencyMode>Parallel</concurrencyMode>`;
const WEEK = '2026-11-23';

describe('upserts of the emulated org', () => {
  let org: EmulatedOrg;
  let client: RawClient;
  let ids: string[];
  beforeEach(async () => {
    org = await startOrg();
    client = new RawClient(org);
    ids = org.table('Byline__c').insert([{ Name: 'A' }, { Name: 'B' }, { Name: 'C' }]);
  });
  afterEach(() => org.close());

  const row = (index: number, likes: number, key = `${ids[index]}-${WEEK}`): string =>
    `<sObject><Key__c>${key}</Key__c><Byline__c>${ids[index]}</Byline__c><Likes__c>${likes}</Likes__c></sObject>`;
  const rows = (): unknown[] =>
    org
      .table('Byline_Count__c')
      .all()
      .map((found) => [found['Key__c'], found['Likes__c']]);

  /** The results of a batch: written, created, and the error of each row. */
  async function upsert(sObjects: string): Promise<string[]> {
    const job = await client.job(JOB);
    const batch = await client.batch(job, sObjects);
    const { body } = await client.bulk('GET', `/job/${job}/batch/${batch}/result`);
    return [...body.matchAll(/<result>([^]*?)<\/result>/g)].map(([, result]) =>
      [...result!.matchAll(/<(?:message|statusCode|success|created)>([^<]*)</g)].map(([, text]) => text).join(' | '),
    );
  }

  it('take a job whose external id stands where the schema has it, and no other', async () => {
    const made = await client.bulk('POST', '/job', jobXml(JOB));
    expect(textIn(made, 'externalIdFieldName')).to.equal('Key__c');
    const refusals: Record<string, string> = {
      [UPSERT]: 'External ID was blank for Byline_Count__c. An External ID must be specified for upsert.',
      [`${UPSERT}<concurrencyMode>Parallel</concurrencyMode><externalIdFieldName>Key__c</externalIdFieldName>`]:
        'Unable to parse Job',
      [`${UPSERT}<externalIdFieldName>Likes__c</externalIdFieldName>`]:
        'Field name provided, Likes__c does not match an External ID, Salesforce Id, or indexed field for Byline_Count__c',
      '<operation>update</operation><object>Byline__c</object><externalIdFieldName>Key__c</externalIdFieldName>':
        'External ID field may only be specified for upsert',
    };
    for (const [elements, message] of Object.entries(refusals)) {
      expect(refusalIn(await client.bulk('POST', '/job', jobXml(elements)))).to.equal(`400 InvalidJob: ${message}`);
    }
  });

  it('create a row of a new key and update that of a known one, in any case, and say which', async () => {
    expect(await upsert(row(0, 1) + row(1, 2))).to.deep.equal(['true | true', 'true | true']);
    expect(await upsert(row(0, 5, `${ids[0]}-${WEEK}`.toLowerCase()) + row(2, 3))).to.deep.equal([
      'true | false',
      'true | true',
    ]);
    expect(rows().length).to.equal(3);
    expect((rows()[0] as unknown[])[1]).to.equal(5);
  });

  it('refuse a key that comes twice in a chunk, a row without one, without its parent, or of a parent that is gone', async () => {
    const key = `${ids[0]}-${WEEK}`;
    const results = await upsert(
      row(0, 1) +
        row(0, 2) +
        `<sObject><Byline__c>${ids[1]}</Byline__c></sObject>` +
        `<sObject><Key__c>k</Key__c></sObject>` +
        `<sObject><Key__c>l</Key__c><Byline__c>a01Em0000000999</Byline__c></sObject>`,
    );
    expect(results).to.deep.equal([
      'true | true',
      `Duplicate external id specified: ${key} | DUPLICATE_VALUE | false | false`,
      'Key__c not specified | MISSING_ARGUMENT | false | false',
      'Required fields are missing: [Byline__c] | REQUIRED_FIELD_MISSING | false | false',
      'invalid cross reference id: a01Em0000000999 | INVALID_CROSS_REFERENCE_KEY | false | false',
    ]);
    expect(rows()).to.deep.equal([[key, 1]]);
  });

  it('of a new key that overlap can both insert: one fails, and is an update when it comes again', async () => {
    const key = `${ids[0]}-${WEEK}`;
    org.raceKeys([key], 1);
    const [result] = await upsert(row(0, 1));
    expect(result).to.match(
      /^duplicate value found: Key__c duplicates value on record with id: a02\w{12} \| DUPLICATE_VALUE \| false \| false$/,
    );
    expect(await upsert(row(0, 1))).to.deep.equal(['true | false']);
    expect(rows()).to.deep.equal([[key, 1]]);
  });

  it('are done by sObject collections too', async () => {
    const record = (index: number, likes: number): object => ({
      attributes: { type: 'Byline_Count__c' },
      ...{ Key__c: `${ids[index]}-${WEEK}`, Byline__c: ids[index], Likes__c: likes },
    });
    const send = async (...records: object[]): Promise<{ success: boolean; created: boolean }[]> => {
      const reply = await client.rest('PATCH', '/composite/sobjects/Byline_Count__c/Key__c', {
        ...{ allOrNone: false, records },
      });
      return JSON.parse(reply.body) as { success: boolean; created: boolean }[];
    };
    expect((await send(record(0, 1))).map(({ success, created }) => [success, created])).to.deep.equal([[true, true]]);
    expect((await send(record(0, 2), record(0, 3), record(1, 4))).map(({ created }) => created)).to.deep.equal([
      ...[false, false, true],
    ]);
    expect(rows()).to.deep.equal([
      [`${ids[0]}-${WEEK}`, 2],
      [`${ids[1]}-${WEEK}`, 4],
    ]);
    const unknown = await client.rest('PATCH', '/composite/sobjects/Byline_Count__c/Likes__c', { records: [] });
    expect(unknown.status).to.equal(404);
  });

  it('count against the storage of the org', async () => {
    const left = async (): Promise<number> =>
      (JSON.parse((await client.rest('GET', '/limits')).body) as { DataStorageMB: { Remaining: number } }).DataStorageMB
        .Remaining;
    const before = await left();
    org.table('Byline__c').insert(Array.from({ length: 1024 }, () => ({})));
    expect(await left()).to.equal(before - 2);
  });
});
