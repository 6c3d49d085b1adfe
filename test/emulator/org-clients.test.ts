import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@jsforce/jsforce-node';
import { expect } from 'chai';
import { cleanEnvironment } from '../rig/environment.ts';
import { runInProcess } from '../rig/in-process.ts';
import { startOrg, type EmulatedOrg } from './org/org.ts';

describe('the emulated org, used by clients from others', () => {
  let org: EmulatedOrg;
  let ids: string[];

  beforeEach(async () => {
    org = await startOrg();
    ids = org.table('Byline__c').insert(
      Array.from({ length: 450 }, (_, index) => ({
        Name: `Article ${index}`,
        Published_URL__c: `https://news.example/${index}`,
        Tweets__c: index,
      })),
    );
  });
  afterEach(() => org.close());

  describe('jsforce', () => {
    const connect = (): Connection =>
      new Connection({ instanceUrl: org.url, accessToken: org.accessToken(), version: '64.0' });

    it('queries page after page', async () => {
      const connection = connect();
      const query = connection.query(
        'SELECT Id, Tweets__c FROM Byline__c WHERE Tweets__c >= 20 ORDER BY Tweets__c DESC',
        {
          autoFetch: true,
          headers: { 'Sforce-Query-Options': 'batchSize=200' },
        },
      );
      const result = await query;
      expect(result.totalSize).to.equal(430);
      expect(result.records.map((record) => Number(record['Tweets__c']))).to.deep.equal(
        Array.from({ length: 430 }, (_, index) => 449 - index),
      );
      expect(org.log.count('query-more')).to.equal(2);
      expect(connection.limitInfo.apiUsage).to.deep.equal({ used: 3, limit: 15000 });
    });

    it('describes the object', async () => {
      const described = await connect().describe('Byline__c');
      const tweets = described.fields.find((field) => field.name === 'Tweets__c');
      expect(tweets).to.include({
        type: 'double',
        soapType: 'xsd:double',
        precision: 18,
        scale: 0,
        digits: 0,
        updateable: true,
      });
      expect(described.fields.find((field) => field.name === 'Read_Only__c')).to.include({
        calculated: true,
        updateable: false,
      });
    });

    it('loads a CSV job of Bulk API v1 and reads its results', async () => {
      org.refuseRows({
        ids: [ids[1] ?? ''],
        statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
        message: 'Too "popular"',
        fields: ['Tweets__c'],
      });
      const { bulk } = connect();
      bulk.pollInterval = 1;
      const results = await bulk.load('Byline__c', 'update', [
        { Id: ids[0] ?? '', Tweets__c: '1000' },
        { Id: ids[1] ?? '', Tweets__c: '1001' },
        { Id: ids[2] ?? '', Tweets__c: '' },
        { Id: ids[3] ?? '', Tweets__c: null },
      ]);
      expect(results).to.deep.equal([
        { id: ids[0], success: true, created: false, errors: [] },
        {
          id: null,
          success: false,
          created: false,
          errors: ['FIELD_CUSTOM_VALIDATION_EXCEPTION:Too "popular":Tweets__c --'],
        },
        { id: ids[2], success: true, created: false, errors: [] },
        { id: ids[3], success: true, created: false, errors: [] },
      ]);
      expect(ids.slice(0, 4).map((id) => org.table('Byline__c').get(id)?.['Tweets__c'])).to.deep.equal([
        1000,
        1,
        2,
        null,
      ]);
      await org.log.arrived('close-job');
      expect(org.jobs()).to.have.length(1);
      expect(org.jobs()[0]).to.include({ state: 'Closed', contentType: 'CSV', operation: 'update' });
    });

    it('runs a bulk query', async () => {
      const { bulk } = connect();
      bulk.pollInterval = 1;
      const records = await (await bulk.query('SELECT Id, Tweets__c FROM Byline__c WHERE Tweets__c < 3')).toArray();
      expect(records).to.deep.equal([0, 1, 2].map((count) => ({ Id: ids[count], Tweets__c: `${count}.0` })));
    });

    it('sees an expired Bulk session, refreshes it and repeats the request', async () => {
      const connection = new Connection({
        instanceUrl: org.url,
        loginUrl: org.url,
        accessToken: org.accessToken(),
        refreshToken: org.refreshToken,
        oauth2: { clientId: 'PlatformCLI', loginUrl: org.url },
        version: '64.0',
      });
      org.expireSession();
      const info = await connection.bulk.createJob('Byline__c', 'update').open();
      expect(info.state).to.equal('Open');
      expect(org.log.count('create-job')).to.equal(2);
      expect(org.log.count('token')).to.equal(1);
    });

    it('sees an expired REST session likewise', async () => {
      const connection = new Connection({
        instanceUrl: org.url,
        accessToken: org.accessToken(),
        refreshToken: org.refreshToken,
        oauth2: { clientId: 'PlatformCLI', loginUrl: org.url },
        version: '64.0',
      });
      org.expireSessionAfter('query', 2);
      await connection.query('SELECT COUNT() FROM Byline__c');
      expect((await connection.query('SELECT COUNT() FROM Byline__c')).totalSize).to.equal(450);
      expect(org.log.count('query')).to.equal(3);
    });
  });

  describe('sf', () => {
    let home: string;
    beforeEach(async () => {
      home = await mkdtemp(join(tmpdir(), 'org-clients-'));
    });
    afterEach(() => rm(home, { recursive: true, force: true }));

    const sf = async (...args: string[]): Promise<Record<string, unknown>> => {
      const env = { ...cleanEnvironment(home), SF_ACCESS_TOKEN: org.accessToken(), CI: 'true' };
      const { stdout } = await runInProcess('sf', [...args, '--json'], { cwd: home, env });
      return JSON.parse(stdout) as Record<string, unknown>;
    };

    it('logs in by access token, queries, updates through Bulk API 2.0 and fetches the results', async () => {
      const login = await sf(
        'org',
        'login',
        'access-token',
        '--instance-url',
        org.url,
        '--no-prompt',
        '--alias',
        'emu',
      );
      expect(login, JSON.stringify(login)).to.include({ status: 0 });
      expect(login['result']).to.include({ orgId: org.orgId, username: org.username, instanceUrl: `${org.url}/` });

      const query = await sf(
        'data',
        'query',
        '-o',
        'emu',
        '-q',
        'SELECT Id, Name FROM Byline__c WHERE Tweets__c > 440 ORDER BY Id',
      );
      expect(query, JSON.stringify(query)).to.have.nested.property('result.totalSize', 9);

      org.refuseRows({
        ids: [ids[5] ?? ''],
        statusCode: 'UNABLE_TO_LOCK_ROW',
        message: 'unable to obtain exclusive access',
      });
      const csv = join(home, 'counts.csv');
      await writeFile(
        csv,
        `Id,Tweets__c\n${ids
          .slice(4, 7)
          .map((id, index) => `${id},${9000 + index}\n`)
          .join('')}`,
      );
      const update = await sf(
        'data',
        'update',
        'bulk',
        '-o',
        'emu',
        '-s',
        'Byline__c',
        '-f',
        csv,
        '--line-ending',
        'LF',
        '--wait',
        '2',
      );
      expect(update, JSON.stringify(update)).to.include({ status: 1, name: 'FailedRecordDetailsError' });
      expect(ids.slice(4, 7).map((id) => org.table('Byline__c').get(id)?.['Tweets__c'])).to.deep.equal([9000, 5, 9002]);

      const job = org.jobs().at(-1);
      const results = await sf('data', 'bulk', 'results', '-o', 'emu', '--job-id', job?.id ?? '');
      expect(results, JSON.stringify(results)).to.have.nested.property('result.processedRecords', 3);
      expect(results).to.have.nested.property('result.successfulRecords', 2);
      const failed = await readFile(join(home, `${job?.id}-failed-records.csv`), 'utf8');
      expect(failed)
        .to.include(`"${ids[5]}","9001"`)
        .and.to.include('UNABLE_TO_LOCK_ROW:unable to obtain exclusive access:--');

      const soql = 'SELECT Id, Tweets__c FROM Byline__c WHERE Tweets__c >= 9000';
      const file = ['--output-file', 'export.csv', '--wait', '1'];
      const exported = await sf('data', 'export', 'bulk', '-o', 'emu', '--query', soql, ...file);
      expect(exported, JSON.stringify(exported)).to.have.nested.property('result.totalSize', 2);
      expect(await readFile(join(home, 'export.csv'), 'utf8')).to.equal(
        `"Id","Tweets__c"\n"${ids[4]}","9000.0"\n"${ids[6]}","9002.0"\n`,
      );
    }).timeout(60_000);
  });
});
