import { expect } from 'chai';
import { startOrg, type EmulatedOrg } from './org/org.ts';
import { RawClient, type RawReply } from './org/raw-client.ts';

describe('the emulated REST API', () => {
  let org: EmulatedOrg;
  let client: RawClient;
  let ids: string[];
  beforeEach(async () => {
    org = await startOrg();
    client = new RawClient(org);
    ids = org.table('Byline__c').insert([{ Tweets__c: 1 }, { Tweets__c: 2 }, { Tweets__c: 3 }]);
  });
  afterEach(() => org.close());

  const text = ({ status, body }: RawReply): string => `${status} ${body}`;
  const tweets = (): unknown[] => ids.map((id) => org.table('Byline__c').get(id)?.['Tweets__c']);
  const record = (index: number, fields: object): object => ({
    attributes: { type: 'Byline__c' },
    id: ids[index],
    ...fields,
  });

  it('lists its versions to anybody', async () => {
    const reply = await client.send('GET', '//services/data', undefined, {});
    const versions = JSON.parse(reply.body) as { label: string; url: string; version: string }[];
    expect(versions.at(-1)).to.deep.equal({ label: "Summer '26", url: '/services/data/v67.0', version: '67.0' });
    expect(versions.map(({ version }) => version)).to.include('51.0');
    expect(versions.find(({ version }) => version === '65.0')?.label).to.equal("Winter '26");
    expect(versions.find(({ version }) => version === '64.0')?.label).to.equal("Summer '25");
    expect(versions.find(({ version }) => version === '63.0')?.label).to.equal("Spring '25");
  });

  it('answers a stale session with 401, a removed version with 410, an unknown path with 404', async () => {
    expect(text(await new RawClient(org, '30.0').rest('GET', '/limits'))).to.match(
      /^410 \[\{"message":".*","errorCode":"GONE"\}\]$/,
    );
    const missing = '404 [{"message":"The requested resource does not exist","errorCode":"NOT_FOUND"}]';
    expect(text(await client.rest('GET', '/nowhere'))).to.equal(missing);
    expect(text(await new RawClient(org, '99.0').rest('GET', '/limits'))).to.equal(missing);
    expect(text(await client.rest('GET', '/sobjects/Nope__c/describe'))).to.equal(missing);
    const stale = org.accessToken();
    org.expireSession();
    const reply = await client.send('GET', '/services/data/v64.0/limits', undefined, {
      authorization: `Bearer ${stale}`,
    });
    expect(text(reply)).to.equal('401 [{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]');
    expect((await client.rest('PUT', '/limits')).status).to.equal(405);
  });

  it('tells its limits, and the requests used with every answer', async () => {
    await client.rest('GET', '');
    const reply = await client.rest('GET', '/limits/');
    const apps = { Workbench: { Max: 0, Remaining: 0 }, 'Ant Migration Tool': { Max: 0, Remaining: 0 } };
    expect(JSON.parse(reply.body)).to.deep.include({
      DailyApiRequests: { Max: 15_000, Remaining: 14_998, ...apps },
      DailyBulkApiBatches: { Max: 15_000, Remaining: 15_000, ...apps },
    });
    expect(reply.headers.get('sforce-limit-info')).to.equal('api-usage=2/15000');
    expect((await client.query('SELECT')).headers.get('sforce-limit-info')).to.equal('api-usage=3/15000');
  });

  it('knows the batches of a day by their older name in older versions, and an allocation of the app where told so', async () => {
    const older = await new RawClient(org, '48.0').rest('GET', '/limits');
    expect(JSON.parse(older.body)).to.include.keys('DailyBulkApiRequests').and.not.include.keys('DailyBulkApiBatches');
    const other = await startOrg({ perAppUsage: true });
    expect((await new RawClient(other).rest('GET', '')).headers.get('sforce-limit-info')).to.equal(
      'api-usage=1/15000; per-app-api-usage=17/250(appName=sample-connected-app)',
    );
    await other.close();
  });

  it('describes the object', async () => {
    const described = JSON.parse((await client.rest('GET', '/sobjects/byline__c/describe')).body) as {
      fields: Record<string, unknown>[];
    };
    expect(described).to.include({ name: 'Byline__c', keyPrefix: 'a01', updateable: true, queryable: true });
    const field = (name: string): Record<string, unknown> | undefined =>
      described.fields.find((candidate) => candidate['name'] === name);
    expect(field('Likes__c')).to.include({
      label: 'Likes',
      type: 'double',
      soapType: 'xsd:double',
      precision: 18,
      scale: 0,
      updateable: true,
      nillable: true,
    });
    expect(field('Published_URL__c')).to.include({ type: 'url', length: 255, soapType: 'xsd:string' });
    expect(field('Counts_Synced_At__c')).to.include({ type: 'datetime', soapType: 'xsd:dateTime' });
    expect(field('Read_Only__c')).to.include({ calculated: true, updateable: false });
    expect(field('Id')).to.include({ type: 'id', soapType: 'tns:ID', updateable: false });
    expect((await client.rest('GET', '/sobjects')).body).to.include('"name":"Byline__c"');
  });

  describe('single records', () => {
    it('are read and written', async () => {
      expect(text(await client.rest('PATCH', `/sobjects/Byline__c/${ids[0]}`, { Tweets__c: 9, Name: null }))).to.equal(
        '204 ',
      );
      expect(
        JSON.parse((await client.rest('GET', `/sobjects/Byline__c/${ids[0]}?fields=Tweets__c`)).body),
      ).to.deep.equal({
        attributes: { type: 'Byline__c', url: `/services/data/v64.0/sobjects/Byline__c/${ids[0]}` },
        Tweets__c: 9,
      });
    });

    const refusals: Record<string, [fields: object, reply: RegExp]> = {
      'a read-only field': [
        { Read_Only__c: 1 },
        /^400 \[\{"message":"Unable to create\/update fields: Read_Only__c\. Please check the security settings.*","errorCode":"INVALID_FIELD_FOR_INSERT_UPDATE","fields":\["Read_Only__c"\]\}\]$/,
      ],
      'an unknown field': [
        { Nope__c: 1 },
        /^400 .*"No such column 'Nope__c' on sobject of type Byline__c","errorCode":"INVALID_FIELD"/,
      ],
      'a value of the wrong type': [{ Tweets__c: 'many' }, /^400 .*"errorCode":"JSON_PARSER_ERROR"/],
      'a number too large': [
        { Tweets__c: 1e18 },
        /^400 \[\{"message":"Tweets: value outside of valid range on numeric field: 1000000000000000000","errorCode":"NUMBER_OUTSIDE_VALID_RANGE","fields":\["Tweets__c"\]\}\]$/,
      ],
    };
    for (const [what, [fields, reply]] of Object.entries(refusals)) {
      it(`refuse ${what}`, async () => {
        expect(text(await client.rest('PATCH', `/sobjects/Byline__c/${ids[0]}`, fields))).to.match(reply);
      });
    }

    it('answer 404 when they are deleted', async () => {
      org.table('Byline__c').delete(ids[0] ?? '');
      expect(text(await client.rest('PATCH', `/sobjects/Byline__c/${ids[0]}`, { Tweets__c: 1 }))).to.match(
        /^404 .*ENTITY_IS_DELETED/,
      );
      expect((await client.rest('GET', `/sobjects/Byline__c/${ids[0]}`)).status).to.equal(404);
    });
  });

  describe('sObject collections', () => {
    const update = (records: object[], allOrNone = false): Promise<RawReply> =>
      client.rest('PATCH', '/composite/sobjects', { allOrNone, records });

    it('answer in request order', async () => {
      org.lockRows([ids[1] ?? ''], 1);
      const reply = await update([
        record(0, { Tweets__c: 10 }),
        record(1, { Tweets__c: 20 }),
        record(2, { Tweets__c: null }),
      ]);
      expect(JSON.parse(reply.body)).to.deep.equal([
        { id: ids[0], success: true, errors: [] },
        {
          success: false,
          errors: [
            {
              statusCode: 'UNABLE_TO_LOCK_ROW',
              message: `unable to obtain exclusive access to this record or 1 records: ${ids[1]}`,
              fields: [],
            },
          ],
        },
        { id: ids[2], success: true, errors: [] },
      ]);
      expect(tweets()).to.deep.equal([10, 2, null]);
    });

    it('roll back with allOrNone', async () => {
      const reply = await update([record(0, { Tweets__c: 10 }), record(1, { Nope__c: 20 })], true);
      expect(reply.body).to.equal(
        '[{"success":false,"errors":[{"statusCode":"ALL_OR_NONE_OPERATION_ROLLED_BACK","message":"Record rolled back because not all records were valid and the request was using AllOrNone header","fields":[]}]},' +
          '{"success":false,"errors":[{"statusCode":"INVALID_FIELD","message":"No such column \'Nope__c\' on sobject of type Byline__c","fields":[]}]}]',
      );
      expect(tweets()).to.deep.equal([1, 2, 3]);
      expect(org.table('Byline__c').writes(ids[0] ?? '')).to.deep.equal([]);
    });

    it('are at most 200 records', async () => {
      expect(text(await update(Array.from({ length: 201 }, () => record(0, {}))))).to.equal(
        '400 [{"message":"record limit reached. cannot submit more than 200 records into this call","errorCode":"EXCEEDED_ID_LIMIT"}]',
      );
    });

    describe('read', () => {
      const read = (body: object, name = 'byline__C'): Promise<RawReply> =>
        client.rest('POST', `/composite/sobjects/${name}`, body);

      it('give a record for each id, in their order, null for one that is not there', async () => {
        org.table('Byline__c').delete(ids[1] ?? '');
        const reply = await read({ ids: [ids[2], ids[1], 'x', ids[0]?.slice(0, 15)], fields: ['id', 'tweets__c'] });
        const shown = (index: number): object => ({
          attributes: { type: 'Byline__c', url: `/services/data/v64.0/sobjects/Byline__c/${ids[index]}` },
          ...{ Id: ids[index], Tweets__c: index + 1 },
        });
        expect(JSON.parse(reply.body)).to.deep.equal([shown(2), null, null, shown(0)]);
        expect(org.log.count('retrieve')).to.equal(1);
      });

      for (const [what, body, code] of [
        ['more than 2,000 ids', { ids: Array<string>(2001).fill('x'), fields: ['Id'] }, 'EXCEEDED_ID_LIMIT'],
        ['a field there is not', { ids: ['x'], fields: ['Nope__c'] }, 'INVALID_FIELD'],
        ['a field twice', { ids: ['x'], fields: ['Id', 'ID'] }, 'INVALID_FIELD'],
        ['no ids', { ids: [], fields: ['Id'] }, 'JSON_PARSER_ERROR'],
        ['no fields', { ids: ['x'] }, 'JSON_PARSER_ERROR'],
      ] as const) {
        it(`refuse ${what}`, async () => expect(text(await read(body))).to.match(new RegExp(`^400 .*"${code}"`)));
      }

      it('know no other object', async () => expect((await read({}, 'Nope__c')).status).to.equal(404));
    });

    const MALFORMED: [name: string, body: object, code: string][] = [
      ['without records', {}, 'JSON_PARSER_ERROR'],
      ['whose records are no objects', { records: ['a01'] }, 'JSON_PARSER_ERROR'],
      ['with a key that is none', { records: [], allornone: false }, 'JSON_PARSER_ERROR'],
      ['with a record of no type', { records: [{ id: 'a01', Tweets__c: 1 }] }, 'INVALID_INPUT'],
    ];
    for (const [name, body, code] of MALFORMED) {
      it(`are refused ${name}`, async () => {
        expect(text(await client.rest('PATCH', '/composite/sobjects', body))).to.match(
          new RegExp(`^400 .*"errorCode":"${code}"`),
        );
      });
    }

    it('are JSON', async () => {
      const reply = await client.send('PATCH', '/services/data/v64.0/composite/sobjects', '{', {
        authorization: `Bearer ${org.accessToken()}`,
      });
      expect(text(reply)).to.match(/^400 .*JSON_PARSER_ERROR/);
    });
  });
});
