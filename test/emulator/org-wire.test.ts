import { expect } from 'chai';
import { startOrg, type EmulatedOrg } from './org/org.ts';
import { overSocket } from './org/raw-client.ts';

const NOW = new Date('2026-02-12T15:43:48.000Z');

describe('the emulated org on the wire', () => {
  let org: EmulatedOrg;
  beforeEach(async () => {
    org = await startOrg({ now: () => NOW, orgId: '00D6g000008KX1jEAG' });
  });
  afterEach(() => org.close());

  const exchange = async (head: string, body = ''): Promise<string> => {
    const request = `${head}\r\nHost: org\r\nConnection: close\r\nX-SFDC-Session: ${org.accessToken()}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    return (await overSocket(org, request)).replace(/\r\nDate: [^\r]*/, '');
  };

  it('creates a job exactly as captured from v65', async () => {
    const reply = await exchange(
      'POST /services/async/65.0/job HTTP/1.1\r\nContent-Type: application/xml; charset=UTF-8',
      `<?xml version="1.0" encoding="UTF-8"?>
<jobInfo xmlns="http://www.force.com/2009/06/asyncapi/dataload">
  <operation>update</operation>
  <object>Byline__c</object>
  <concurrencyMode>Parallel</concurrencyMode>
  <contentType>XML</contentType>
</jobInfo>`,
    );
    const body = `<?xml version="1.0" encoding="UTF-8"?><jobInfo
   xmlns="http://www.force.com/2009/06/asyncapi/dataload">
 <id>750Em0000000001IAA</id>
 <operation>update</operation>
 <object>Byline__c</object>
 <createdById>005Em0000000001IAA</createdById>
 <createdDate>2026-02-12T15:43:48.000Z</createdDate>
 <systemModstamp>2026-02-12T15:43:48.000Z</systemModstamp>
 <state>Open</state>
 <concurrencyMode>Parallel</concurrencyMode>
 <contentType>XML</contentType>
 <numberBatchesQueued>0</numberBatchesQueued>
 <numberBatchesInProgress>0</numberBatchesInProgress>
 <numberBatchesCompleted>0</numberBatchesCompleted>
 <numberBatchesFailed>0</numberBatchesFailed>
 <numberBatchesTotal>0</numberBatchesTotal>
 <numberRecordsProcessed>0</numberRecordsProcessed>
 <numberRetries>0</numberRetries>
 <apiVersion>65.0</apiVersion>
 <numberRecordsFailed>0</numberRecordsFailed>
 <totalProcessingTime>0</totalProcessingTime>
 <apiActiveProcessingTime>0</apiActiveProcessingTime>
 <apexProcessingTime>0</apexProcessingTime>
</jobInfo>
`;
    expect(reply).to.equal(
      `HTTP/1.1 201 Created\r\ncontent-length: ${body.length}\r\ncontent-type: application/xml\r\nConnection: close\r\n\r\n${body}`,
    );
  });

  it('refuses a stale session exactly as captured, with 400', async () => {
    org.expireSession();
    const reply = await overSocket(
      org,
      'GET //services/async/65.0/job/750Em0000000001IAA HTTP/1.1\r\nHost: org\r\nConnection: close\r\nX-SFDC-SESSION: 00D!stale\r\n\r\n',
    );
    expect(reply).to.match(/^HTTP\/1.1 400 Bad Request\r\n/);
    expect(reply.split('\r\n\r\n')[1]).to.equal(`<?xml version="1.0" encoding="UTF-8"?><error
   xmlns="http://www.force.com/2009/06/asyncapi/dataload">
 <exceptionCode>InvalidSessionId</exceptionCode>
 <exceptionMessage>Invalid session id</exceptionMessage>
</error>
`);
  });

  it('answers a query as REST does, numbers and times as Java prints them', async () => {
    const [id] = org
      .table('Byline__c')
      .insert([{ Tweets__c: 12345678, Likes__c: 144, Counts_Synced_At__c: '2026-01-02T03:04:05.000Z' }]);
    const soql = 'SELECT+Id,Tweets__c,Likes__c,Reads__c,Counts_Synced_At__c+FROM+Byline__c';
    const reply = await overSocket(
      org,
      `GET /services/data/v64.0/query?q=${soql} HTTP/1.1\r\nHost: org\r\nConnection: close\r\nAuthorization: Bearer ${org.accessToken()}\r\n\r\n`,
    );
    expect(reply).to.match(/^HTTP\/1.1 200 OK\r\n/);
    expect(reply).to.match(/\r\nsforce-limit-info: api-usage=1\/15000\r\n/);
    expect(reply.split('\r\n\r\n')[1]).to.equal(
      `{"totalSize":1,"done":true,"records":[{"attributes":{"type":"Byline__c","url":"/services/data/v64.0/sobjects/Byline__c/${id}"},` +
        `"Id":"${id}","Tweets__c":1.2345678E7,"Likes__c":144.0,"Reads__c":null,"Counts_Synced_At__c":"2026-01-02T03:04:05.000+0000"}]}`,
    );
  });

  it('says 414 to a URI over 16,384 bytes', async () => {
    const reply = await exchange(`GET /services/data/v64.0/query?q=${'x'.repeat(16_384)} HTTP/1.1`);
    expect(reply).to.match(/^HTTP\/1.1 414 /);
    expect(reply.split('\r\n\r\n')[1]).to.equal('<h1>Bad Message 414</h1><pre>reason: URI Too Long</pre>');
  });
});
