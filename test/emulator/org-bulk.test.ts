import { mock } from 'node:test';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { startOrg, type EmulatedOrg, type OrgOptions } from './org/org.ts';
import { batchXml, jobXml, RawClient, refusalIn, textIn } from './org/raw-client.ts';

describe('the emulated Bulk API v1', () => {
  let org: EmulatedOrg;
  let client: RawClient;
  let ids: string[];

  const start = async (options: OrgOptions = {}): Promise<void> => {
    org = await startOrg(options);
    client = new RawClient(org);
    ids = org
      .table('Byline__c')
      .insert(Array.from({ length: 10 }, (_, index) => ({ Name: `A${index}`, Tweets__c: index })));
  };
  beforeEach(() => start());
  afterEach(() => {
    mock.timers.reset();
    return org.close();
  });

  const restart = async (options: OrgOptions): Promise<void> => {
    await org.close();
    await start(options);
  };
  const row = (index: number, fields: string): string => `<sObject><Id>${ids[index]}</Id>${fields}</sObject>`;
  const value = (index: number, field = 'Tweets__c'): unknown => org.table('Byline__c').get(ids[index] ?? '')?.[field];
  const results = async (job: string, batch: string): Promise<string> =>
    (await client.bulk('GET', `/job/${job}/batch/${batch}/result`)).body;
  const state = async (job: string, batch: string): Promise<string> => {
    const info = await client.bulk('GET', `/job/${job}/batch/${batch}`);
    return [textIn(info, 'state'), textIn(info, 'stateMessage')].filter(Boolean).join(' | ');
  };

  describe('jobs', () => {
    const refusals: Record<string, [elements: string, refusal: string]> = {
      'an operation in the wrong case': [
        '<operation>Update</operation><object>Byline__c</object>',
        '400 InvalidJob: Unable to parse Job',
      ],
      'an unknown object': [
        '<operation>update</operation><object>Nope__c</object>',
        '400 InvalidJob: Unable to find object: Nope__c',
      ],
      'elements out of order': [
        '<object>Byline__c</object><operation>update</operation>',
        '400 InvalidJob: Unable to parse Job',
      ],
      'an element the server sets': [
        '<operation>update</operation><object>Byline__c</object><createdById>005</createdById>',
        '400 InvalidJob: CreatedById cannot be specified',
      ],
      'a state': [
        '<operation>update</operation><object>Byline__c</object><state>Open</state>',
        '400 InvalidJob: State cannot be specified',
      ],
      'an upsert without external id': [
        '<operation>upsert</operation><object>Byline__c</object>',
        '400 InvalidJob: External ID was blank for Byline__c. An External ID must be specified for upsert.',
      ],
      'an unknown element': [
        '<operation>update</operation><object>Byline__c</object><mood>good</mood>',
        '400 InvalidJob: Unable to parse Job',
      ],
    };
    for (const [what, [elements, refusal]] of Object.entries(refusals)) {
      it(`refuses ${what}`, async () => {
        expect(refusalIn(await client.bulk('POST', '/job', jobXml(elements)))).to.equal(refusal);
      });
    }

    it('refuses text/xml, broken XML and the wrong namespace', async () => {
      const good = jobXml('<operation>update</operation><object>Byline__c</object>');
      const asText = await client.bulk('POST', '/job', good, { 'content-type': 'text/xml; charset=UTF-8' });
      expect(refusalIn(asText)).to.equal('400 UnsupportedContentType: Unsupported content type: text/xml');
      expect(refusalIn(await client.bulk('POST', '/job', good.replace('</jobInfo>', '')))).to.match(
        /^400 InvalidXML: /,
      );
      expect(refusalIn(await client.bulk('POST', '/job', good.replace('2009', '2010')))).to.equal(
        '400 InvalidJob: Unable to parse Job',
      );
    });

    it('refuses an object that is not open to the Bulk API', async () => {
      await restart({ objects: [{ name: 'Byline__c', bulk: false, fields: [{ name: 'Tweets__c', type: 'double' }] }] });
      const reply = await client.bulk(
        'POST',
        '/job',
        jobXml('<operation>update</operation><object>Byline__c</object>'),
      );
      expect(refusalIn(reply)).to.equal("400 InvalidEntity: Entity 'Byline__c' is not supported by the Bulk API.");
    });

    it('takes XML and Parallel for granted, and elements in any order where it is told to', async () => {
      await restart({ strictOrder: false });
      const job = await client.bulk('POST', '/job', jobXml('<object>byline__c</object><operation>update</operation>'));
      expect([textIn(job, 'object'), textIn(job, 'contentType'), textIn(job, 'concurrencyMode')]).to.deep.equal([
        'Byline__c',
        'XML',
        'Parallel',
      ]);
    });

    it('stays Closed when all is done, and is closed once', async () => {
      const job = await client.job();
      await client.batch(job, row(0, '<Tweets__c>5</Tweets__c>'));
      const close = jobXml('<state>Closed</state>');
      expect(textIn(await client.bulk('POST', `/job/${job}`, close), 'state')).to.equal('Closed');
      const info = await client.bulk('GET', `/job/${job}`);
      expect(textIn(info, 'state')).to.equal('Closed');
      expect(textIn(info, 'numberBatchesCompleted')).to.equal(textIn(info, 'numberBatchesTotal')).and.to.equal('1');
      expect(refusalIn(await client.bulk('POST', `/job/${job}`, close))).to.equal(
        '400 InvalidJobState: Closing already closed Job not allowed',
      );
      expect(refusalIn(await client.bulk('POST', `/job/${job}/batch`, batchXml('')))).to.equal(
        "400 InvalidJobState: Failed to create batch, since the Job is not Open. Current job state is 'Closed'",
      );
      const extra = await client.bulk(
        'POST',
        `/job/${job}`,
        jobXml('<operation>update</operation><state>Closed</state>'),
      );
      expect(refusalIn(extra)).to.equal('400 InvalidJob: Operation cannot be specified');
    });

    it('aborts: queued batches are NotProcessed, the one in progress runs on', async () => {
      org.holdBatches();
      const job = await client.job();
      const batch = await client.batch(job, row(0, '<Tweets__c>5</Tweets__c>'));
      expect(await state(job, batch)).to.equal('Queued');
      await client.bulk('POST', `/job/${job}`, jobXml('<state>Aborted</state>'));
      expect(org.log.count('abort-job')).to.equal(1);
      org.releaseBatches();
      expect(await state(job, batch)).to.equal('NotProcessed');
      expect(textIn(await client.bulk('GET', `/job/${job}`), 'numberBatchesTotal')).to.equal('0');
      expect(refusalIn(await client.bulk('GET', `/job/${job}/batch/${batch}/result`))).to.equal(
        '400 InvalidBatch: Records not processed',
      );
      expect(value(0)).to.equal(0);
    });

    it('lists itself as a Classic job', async () => {
      const job = await client.job();
      const { records } = JSON.parse((await client.rest('GET', '/jobs/ingest?jobType=Classic')).body) as {
        records: Record<string, unknown>[];
      };
      expect(records).to.have.length(1);
      expect(records[0]).to.include({ id: job, jobType: 'Classic', state: 'Open', contentType: 'XML', apiVersion: 64 });
      expect(textIn(await client.bulk('GET', '/jobs'), 'id')).to.equal(job);
    });
  });

  describe('requests', () => {
    it('wants the session header, not a bearer token', async () => {
      const reply = await client.send('GET', '/services/async/64.0/job/750', undefined, {
        authorization: `Bearer ${org.accessToken()}`,
      });
      expect(refusalIn(reply)).to.equal('400 InvalidSessionId: Invalid session id');
    });

    it('refuses unknown versions, paths and methods', async () => {
      const [newer, older] = [new RawClient(org, '99.0'), new RawClient(org, '30.0')];
      expect(refusalIn(await newer.bulk('GET', '/job/750'))).to.match(/^400 InvalidVersion/);
      expect(refusalIn(await older.bulk('GET', '/job/750'))).to.match(/^400 InvalidVersion/);
      expect(refusalIn(await client.bulk('GET', '/jobb'))).to.match(/^400 InvalidOperation/);
      expect((await client.bulk('DELETE', '/job')).status).to.equal(405);
    });

    it('is reached with slashes at both ends', async () => {
      const job = await client.job();
      const reply = await client.send('GET', `//services/async/64.0/job/${job.slice(0, 15)}/`, undefined, {
        'x-sfdc-session': org.accessToken(),
      });
      expect(textIn(reply, 'id')).to.equal(job);
    });

    it('takes gzip and gives it', async () => {
      const job = await client.job();
      const body = gzipSync(batchXml(row(0, '<Tweets__c>7</Tweets__c>')));
      const added = await client.bulk('POST', `/job/${job}/batch`, body, {
        'content-encoding': 'gzip',
        'accept-encoding': 'gzip',
      });
      expect(added.headers.get('content-encoding')).to.equal('gzip');
      expect(await state(job, textIn(added, 'id') ?? '')).to.equal('Completed');
      expect(value(0)).to.equal(7);
      const plain = await client.bulk('GET', `/job/${job}`, undefined, { 'accept-encoding': 'identity' });
      expect(plain.headers.get('content-encoding')).to.equal(null);
    });

    it('refuses other encodings with 415, and finds garbage called gzip when it processes it', async () => {
      const job = await client.job();
      expect((await client.bulk('POST', `/job/${job}/batch`, 'x', { 'content-encoding': 'deflate' })).status).to.equal(
        415,
      );
      const added = await client.bulk('POST', `/job/${job}/batch`, 'no gzip', { 'content-encoding': 'gzip' });
      expect(await state(job, textIn(added, 'id') ?? '')).to.match(/^Failed \| InvalidBatch : Failed to parse XML/);
    });

    it('counts every request, and stops when the day is used up', async () => {
      const job = await client.job();
      org.setApiUsed(15_000);
      expect(refusalIn(await client.bulk('GET', `/job/${job}`))).to.equal(
        '400 ExceededQuota: TotalRequests Limit exceeded.',
      );
      const rest = await client.rest('GET', '/limits');
      expect(`${rest.status} ${rest.body}`).to.equal(
        '403 [{"message":"TotalRequests Limit exceeded.","errorCode":"REQUEST_LIMIT_EXCEEDED"}]',
      );
      expect(org.apiRequests()).to.equal(3);
    });

    it('refuses batches over the daily allocation, which refused ones use up too', async () => {
      await restart({ limits: { batchesPerDay: 2 } });
      const job = await client.job();
      await client.batch(job, row(0, ''));
      const closed = await client.job();
      await client.bulk('POST', `/job/${closed}`, jobXml('<state>Closed</state>'));
      expect(refusalIn(await client.bulk('POST', `/job/${closed}/batch`, 'x'))).to.match(/^400 InvalidJobState/);
      expect(refusalIn(await client.bulk('POST', `/job/${job}/batch`, 'x'))).to.equal(
        '400 ExceededQuota: ApiBatchItems Limit exceeded',
      );
      const limits = JSON.parse((await client.rest('GET', '/limits')).body) as Record<string, unknown>;
      expect(limits['DailyBulkApiBatches']).to.include({ Max: 2, Remaining: 0 });
    });

    it('refuses a body over the byte limit at once, unzipped bytes counting', async () => {
      const job = await client.job();
      const reply = await client.bulk('POST', `/job/${job}/batch`, gzipSync(Buffer.alloc(10_000_001, 'x')), {
        'content-encoding': 'gzip',
      });
      expect(refusalIn(reply)).to.equal(
        '400 ClientInputError: Failed to read request. Exceeded max size limit of 10000000',
      );
      expect(org.jobs()[0]?.batches).to.have.length(0);
    });

    it('refuses another version or content type than the job has', async () => {
      const job = await client.job();
      const other = await new RawClient(org, '65.0').bulk('POST', `/job/${job}/batch`, 'x');
      expect(refusalIn(other)).to.match(/^400 InvalidVersion/);
      const csv = await client.bulk('POST', `/job/${job}/batch`, 'Id\n', { 'content-type': 'text/csv' });
      expect(refusalIn(csv)).to.match(/^400 InvalidBatch: Content type/);
    });
  });

  describe('batches', () => {
    it('gives results in input order, errors first, and the body back as posted', async () => {
      const job = await client.job();
      const body = batchXml(
        row(0, '<tweets__C>1e1</tweets__C><LIKES__C>-3.5</LIKES__C>') +
          row(1, '<Tweets__c>1000000000000000000</Tweets__c>') +
          '<sObject><Tweets__c>1</Tweets__c></sObject>' +
          '<sObject><Id>a01xx</Id><Tweets__c>1</Tweets__c></sObject>' +
          `<sObject><Id>${org.userId}</Id><Tweets__c>1</Tweets__c></sObject>` +
          '<sObject><Id>a01Em000000zzzz</Id><Tweets__c>1</Tweets__c></sObject>' +
          row(2, '<Read_Only__c>1</Read_Only__c>') +
          row(3, '<Tweets__c>many</Tweets__c>') +
          row(0, '<Tweets__c>99</Tweets__c>') +
          row(4, `<Name>${'n'.repeat(81)}</Name>`),
      );
      const added = await client.bulk('POST', `/job/${job}/batch`, body);
      expect([added.status, textIn(added, 'state'), textIn(added, 'jobId')]).to.deep.equal([201, 'Queued', job]);
      const batch = textIn(added, 'id') ?? '';
      expect((await client.bulk('GET', `/job/${job}/batch/${batch}/request`)).body).to.equal(body);
      const errors = (await results(job, batch))
        .split('<result>')
        .slice(1)
        .map((text) => /<message>(.*)<\/message>\s+<statusCode>(.*)</.exec(text)?.slice(1).reverse().join(': '));
      expect(errors).to.deep.equal([
        undefined,
        'NUMBER_OUTSIDE_VALID_RANGE: Tweets: value outside of valid range on numeric field: 1000000000000000000',
        'MISSING_ARGUMENT: Id not specified in an update call',
        'MALFORMED_ID: malformed id a01xx',
        `MALFORMED_ID: Record ID: id value of incorrect type: ${org.userId}`,
        'INVALID_CROSS_REFERENCE_KEY: invalid cross reference id',
        'INVALID_FIELD_FOR_INSERT_UPDATE: Unable to create/update fields: Read_Only__c. Please check the security settings of this field and verify that it is read/write for your profile or permission set.',
        'INVALID_FIELD: Failed to deserialize field at col 2. Due to, &apos;many&apos; is not a valid value for the type xsd:double',
        `DUPLICATE_VALUE: duplicate id specified: ${ids[0]}`,
        `STRING_TOO_LONG: Name: data value too large: ${'n'.repeat(81)} (max length=80)`,
      ]);
      expect([value(0), value(0, 'Likes__c'), value(1), value(2), value(3)]).to.deep.equal([10, -3.5, 1, 2, 3]);
      const info = await client.bulk('GET', `/job/${job}`);
      expect([
        textIn(info, 'numberRecordsProcessed'),
        textIn(info, 'numberRecordsFailed'),
        textIn(info, 'numberBatchesFailed'),
      ]).to.deep.equal(['10', '9', '0']);
    });

    it('clears with nil, leaves alone with an empty element, keeps white space', async () => {
      const job = await client.job();
      const batch = await client.batch(
        job,
        row(
          1,
          '<Tweets__c xsi:nil="true"/><Name></Name><Author__c>  two\nlines &amp; &lt;<![CDATA[&]]>&#233; </Author__c>',
        ) + row(2, '<Tweets__c xsi:nil="false">8</Tweets__c><Title__c xsi:nil="1"></Title__c>'),
      );
      expect(await state(job, batch)).to.equal('Completed');
      expect([value(1), value(1, 'Name'), value(1, 'Author__c')]).to.deep.equal([null, 'A1', '  two\nlines & <&é ']);
      expect(value(2)).to.equal(8);
    });

    const broken: Record<string, [body: string, message: RegExp]> = {
      'an unescaped &': [
        batchXml('<sObject><Name>R&D</Name></sObject>'),
        /^Failed \| InvalidBatch : Failed to parse XML\. The entity name/,
      ],
      'a control character': [
        batchXml('<sObject><Name>\u0001</Name></sObject>'),
        /^Failed \| InvalidBatch : Failed to parse XML\. An invalid XML character/,
      ],
      'a reference to one': [
        batchXml('<sObject><Name>&amp;#1;</Name></sObject>').replace('&amp;', '&'),
        /^Failed \| InvalidBatch : Failed to parse XML/,
      ],
      'the wrong namespace': [
        batchXml('<sObject/>').replace('2009/06', '2009/07'),
        /^Failed \| InvalidBatch : Failed to parse XML/,
      ],
      'another root': [
        batchXml('<sObject/>').replaceAll('sObjects', 'records'),
        /^Failed \| InvalidBatch : Failed to parse XML/,
      ],
      'an unbound xsi': [
        batchXml('<sObject><Name xsi:nil="true"/></sObject>').replace(/ xmlns:xsi="[^"]*"/, ''),
        /^Failed \| InvalidBatch : Failed to parse XML/,
      ],
      'no end': [batchXml('<sObject>').replace('</sObjects>', ''), /^Failed \| InvalidBatch : Failed to parse XML/],
      'an unknown field': [
        batchXml('<sObject><Foo__c>1</Foo__c></sObject>'),
        /^Failed \| InvalidBatch : Field name not found : Foo__c$/,
      ],
      'an unknown relationship': [
        batchXml('<sObject><Account__r><sObject/></Account__r></sObject>'),
        /^Failed \| InvalidBatch : Unable to find relationship: Account__r$/,
      ],
      'no records': [batchXml(''), /^Failed \| InvalidBatch : /],
    };
    it('refuses an empty body at once, as recorded', async () => {
      const job = await client.job();
      expect(refusalIn(await client.bulk('POST', `/job/${job}/batch`, ''))).to.equal(
        '400 ClientInputError: Unable to find any data to create batch',
      );
      const list = await client.bulk('GET', `/job/${job}/batch`);
      expect(list.body).to.match(/^<\?xml [^>]*\?><batchInfoList\s+xmlns="[^"]*" \/>$/);
    });

    for (const [what, [body, message]] of Object.entries(broken)) {
      it(`accepts a body with ${what}, and fails when it is processed`, async () => {
        const job = await client.job();
        const added = await client.bulk('POST', `/job/${job}/batch`, body);
        expect([added.status, textIn(added, 'state')]).to.deep.equal([201, 'Queued']);
        const batch = textIn(added, 'id') ?? '';
        expect(await state(job, batch)).to.match(message);
        expect(refusalIn(await client.bulk('GET', `/job/${job}/batch/${batch}/result`))).to.equal(
          '400 InvalidBatch: Records not processed',
        );
      });
    }

    it('commits the first 10,000 records of a longer batch, then fails', async () => {
      const many = org.table('Byline__c').insert(Array.from({ length: 10_001 }, () => ({ Tweets__c: 0 })));
      const job = await client.job();
      const batch = await client.batch(
        job,
        many.map((id) => `<sObject><Id>${id}</Id><Tweets__c>1</Tweets__c></sObject>`).join(''),
      );
      expect(await state(job, batch)).to.match(/^Failed \| InvalidBatch : Exceeded number of records : 10001\./);
      expect((await results(job, batch)).match(/<success>true/g)).to.have.length(10_000);
      expect(
        [many[9_999], many[10_000]].map((id) => org.table('Byline__c').get(id ?? '')?.['Tweets__c']),
      ).to.deep.equal([1, 0]);
    });

    it('does not give results too early', async () => {
      org.holdBatches();
      const job = await client.job();
      const batch = await client.batch(job, row(0, '<Tweets__c>5</Tweets__c>'));
      expect(refusalIn(await client.bulk('GET', `/job/${job}/batch/${batch}/result`))).to.equal(
        '400 InvalidBatch: Batch not completed',
      );
    });

    it('goes from Queued to InProgress to Completed in its time, one by one when Serial', async () => {
      await restart({ batchMs: 20 });
      mock.timers.enable({ apis: ['setTimeout'] });
      const job = await client.job(
        '<operation>update</operation><object>Byline__c</object><concurrencyMode>Serial</concurrencyMode>',
      );
      await client.batch(job, row(0, '<Tweets__c>5</Tweets__c>'));
      await client.batch(job, row(1, '<Tweets__c>6</Tweets__c>'));
      const states = async (): Promise<string> => {
        const { body } = await client.bulk('GET', `/job/${job}/batch`);
        return [...body.matchAll(/<state>(\w+)</g)].map((match) => match[1]).join(' ');
      };
      const seen = [await states()];
      while (seen.length < 5) {
        mock.timers.tick(10);
        seen.push(await states());
      }
      expect(seen).to.deep.equal([
        'Queued Queued',
        'InProgress Queued',
        'Completed Queued',
        'Completed InProgress',
        'Completed Completed',
      ]);
      expect([value(0), value(1)]).to.deep.equal([5, 6]);
    });

    it('says who wrote a row', async () => {
      const job = await client.job();
      const batch = await client.batch(job, row(0, '<Tweets__c>5</Tweets__c>'));
      await client.rest('PATCH', `/sobjects/Byline__c/${ids[0]}`, { Tweets__c: 6 });
      expect(org.table('Byline__c').writes(ids[0] ?? '')).to.deep.equal([
        { jobId: job, batchId: batch },
        { jobId: null, batchId: null },
      ]);
    });

    it('gives the id of a failed row where newer versions do', async () => {
      await restart({ idOnFailedRows: true });
      const job = await client.job();
      const batch = await client.batch(job, row(0, '<Tweets__c>x</Tweets__c>'));
      expect(await results(job, batch)).to.match(new RegExp(`</errors>\\s+<id>${ids[0]}</id>\\s+<success>false`));
    });

    it('can fail a whole batch for a value of the wrong type', async () => {
      await restart({ wrongType: 'batch' });
      const job = await client.job();
      expect(await state(job, await client.batch(job, row(0, '<Tweets__c>x</Tweets__c>')))).to.match(
        /^Failed \| InvalidBatch : Failed to deserialize field/,
      );
    });
  });

  describe('queries', () => {
    it('lists one result file and prints Id twice, as nil where it was not selected', async () => {
      const job = await client.job(
        '<operation>query</operation><object>Byline__c</object><contentType>XML</contentType>',
      );
      const added = await client.bulk(
        'POST',
        `/job/${job}/batch`,
        'SELECT Name, Tweets__c, Reads__c FROM Byline__c WHERE Tweets__c = 3',
      );
      const batch = textIn(added, 'id') ?? '';
      const list = await results(job, batch);
      expect(list).to.match(
        /^<\?xml version="1.0" encoding="UTF-8"\?><result-list xmlns="http:\/\/www.force.com\/2009\/06\/asyncapi\/dataload"><result>752\w{12}<\/result><\/result-list>$/,
      );
      const file = /<result>(.*)<\/result>/.exec(list)?.[1] ?? '';
      expect((await client.bulk('GET', `/job/${job}/batch/${batch}/result/${file}`)).body).to
        .equal(`<?xml version="1.0" encoding="UTF-8"?><queryResult xmlns="http://www.force.com/2009/06/asyncapi/dataload" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <records xsi:type="sObject"><type>Byline__c</type><Id xsi:nil="true"/><Name>A3</Name><Tweets__c>3.0</Tweets__c><Reads__c xsi:nil="true"/></records>
</queryResult>`);
    });

    it('parts a large result into files, lists the last first, and gives each with gzip', async () => {
      await restart({ limits: { recordsPerQueryFile: 2 } });
      const job = await client.job(
        '<operation>query</operation><object>Byline__c</object><contentType>XML</contentType>',
      );
      const added = await client.bulk('POST', `/job/${job}/batch`, 'SELECT Name FROM Byline__c ORDER BY Id LIMIT 5');
      const batch = textIn(added, 'id') ?? '';
      const files = [...(await results(job, batch)).matchAll(/<result>(\w{15})</g)].map((match) => match[1]!);
      expect(files).to.deep.equal(files.toSorted().reverse()).and.to.have.length(3);
      const names: string[][] = [];
      for (const file of files) {
        const reply = await client.bulk('GET', `/job/${job}/batch/${batch}/result/${file}`);
        expect(reply.headers.get('content-encoding')).to.equal('gzip');
        names.push([...reply.body.matchAll(/<Name>(\w+)</g)].map((match) => match[1]!));
      }
      expect(names).to.deep.equal([['A4'], ['A2', 'A3'], ['A0', 'A1']]);
    });

    it('takes no OFFSET and no aggregate', async () => {
      const job = await client.job(
        '<operation>query</operation><object>Byline__c</object><contentType>XML</contentType>',
      );
      for (const soql of ['SELECT Id FROM Byline__c LIMIT 2 OFFSET 1', 'SELECT COUNT() FROM Byline__c']) {
        const added = await client.bulk('POST', `/job/${job}/batch`, soql);
        expect(await state(job, textIn(added, 'id') ?? '')).to.match(/^Failed \| FeatureNotEnabled : /);
      }
    });

    it('are listed with all other jobs', async () => {
      const query = await client.job(
        '<operation>query</operation><object>Byline__c</object><contentType>XML</contentType>',
      );
      const update = await client.job();
      for (const kind of ['ingest', 'query']) {
        const reply = await client.rest('GET', `/jobs/${kind}?jobType=Classic`);
        const { records } = JSON.parse(reply.body) as { records: { id: string; operation: string }[] };
        expect(records.map(({ id, operation }) => [id, operation])).to.deep.equal([
          [query, 'query'],
          [update, 'update'],
        ]);
      }
    });

    it('fails when the query is wrong or of another object', async () => {
      const job = await client.job(
        '<operation>query</operation><object>Byline__c</object><contentType>XML</contentType>',
      );
      const add = async (soql: string): Promise<string> =>
        state(job, textIn(await client.bulk('POST', `/job/${job}/batch`, soql), 'id') ?? '');
      expect(await add('SELECT Nope__c FROM Byline__c')).to.match(
        /^Failed \| InvalidBatch : Failed to process query: INVALID_FIELD: /,
      );
      expect(await add('SELECT Id FROM User')).to.equal(
        'Failed | InvalidBatch : Failed to process query: INVALID_TYPE_FOR_OPERATION: The root entity of the requested query (User) does not match the entity of the requested Bulk API Job (Byline__c).',
      );
    });
  });

  it('gives back a gzipped body as it was posted', async () => {
    const job = await client.job();
    const body = batchXml(row(0, ''));
    const added = await client.bulk('POST', `/job/${job}/batch`, gzipSync(body), { 'content-encoding': 'gzip' });
    expect((await client.bulk('GET', `/job/${job}/batch/${textIn(added, 'id')}/request`)).body).to.equal(body);
  });
});
