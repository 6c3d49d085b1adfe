import { expect } from 'chai';
import { SalesforceApiError } from '../../src/salesforce/api-error.ts';
import { compressBody } from '../../src/salesforce/session.ts';
import { COLLECTION, CollectionsClient, recordWriter } from '../../src/salesforce/sobject-collections.ts';
import { Connected, rejection } from './connected.ts';

describe('the client of sObject collections', () => {
  const clientOf = ({ session }: Connected): CollectionsClient =>
    new CollectionsClient(session, {
      ...{ sobject: 'Byline__c', urlField: 'Published_URL__c' },
      fields: ['Tweets__c', 'Counts_Synced_At__c'],
    });

  it('updates records, each for itself, in one compressed request', async () => {
    await using here = await Connected.start();
    const ids = here.insert(200);
    here.org.refuseRows({
      ids: [ids[1]!],
      statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
      message: 'a < b',
      fields: ['Tweets__c'],
    });
    const body = bodyOf(ids);
    const results = await clientOf(here).write(compressBody(body), 200, here.signal);
    expect(results).to.have.length(200);
    expect((results as readonly unknown[]).slice(0, 2)).to.deep.equal([
      { id: ids[0], success: true, statusCode: '', message: '', fields: [] },
      { success: false, statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: 'a < b', fields: ['Tweets__c'] },
    ]);
    expect(here.tweets().filter((tweets) => tweets === 1000)).to.have.length(199);

    const [request] = here.org.log.of('collections');
    expect(request).to.deep.include({ method: 'PATCH', rawUrl: '/services/data/v64.0/composite/sobjects' });
    expect(request?.headers).to.include({
      authorization: `Bearer ${here.org.accessToken()}`,
      ...{
        'content-type': 'application/json',
        'content-encoding': 'gzip',
        'content-length': String(request?.wireBytes),
      },
    });
    expect(request?.body.toString()).to.equal(body);
    expect(here.org.apiRequests()).to.equal(1);
  });

  it('reads what fields hold, times in the form they are written in', async () => {
    await using here = await Connected.start();
    const [first = '', second = ''] = here.insert(2);
    here.org.table('Byline__c').update(first, { Counts_Synced_At__c: '2026-11-23T07:30:15.000Z' });
    here.org.table('Byline__c').delete(second);
    const found = await clientOf(here).readRecords([first, second], here.signal);
    expect([...found].map(([id, { stored }]) => [id, stored])).to.deep.equal([
      [first, { Tweets__c: 0, Counts_Synced_At__c: '2026-11-23T07:30:15.000Z' }],
    ]);
  });

  for (const [fault, written] of [
    ['cut-before', 0],
    ['cut-after', 1000],
  ] as const) {
    it(`an answer that is lost (${fault}) is not asked for again, but told as unsure`, async () => {
      await using here = await Connected.start();
      const ids = here.insert(1);
      here.org.faults.tell('collections', { fault });
      const answer = await clientOf(here).write(compressBody(bodyOf(ids)), 1, here.signal);
      expect(answer)
        .to.have.property('outcomeUnknown')
        .that.matches(/^PATCH 127\.0\.0\.1:\d+\/services\/data\/v64\.0\/composite\/sobjects: connection lost/);
      expect(here.tweets()).to.deep.equal([written]);
      expect(here.org.log.count('collections')).to.equal(1);
    });
  }

  for (const [name, status, body, says] of [
    ['a 503', 503, '<html>Down</html>', /^PATCH composite\/sobjects: HTTP 503: /],
    ['a page', 200, '<html>Down</html>', /^PATCH composite\/sobjects: HTTP 200, but no result for each record: Down$/],
    ['too few results', 200, '[]', /no result for each record: \[\]$/],
  ] as const) {
    it(`${name} is as good as no answer`, async () => {
      await using here = await Connected.start();
      here.org.faults.tell('collections', { fault: 'status', status, body });
      const answer = await clientOf(here).write(compressBody(bodyOf(here.insert(1))), 1, here.signal);
      expect(answer).to.have.property('outcomeUnknown').that.matches(says);
      expect(here.org.log.count('collections')).to.equal(1);
    });
  }

  it('what the org refuses as a whole is thrown', async () => {
    await using here = await Connected.start();
    const ids = here.insert(201);
    const error = await rejection(clientOf(here).write(compressBody(bodyOf(ids)), 201, here.signal));
    expect(error).to.be.instanceOf(SalesforceApiError).and.to.include({ status: 400, code: 'EXCEEDED_ID_LIMIT' });
    here.org.setApiUsed(15_000);
    const quota = await rejection(clientOf(here).write(compressBody(bodyOf(ids.slice(0, 1))), 1, here.signal));
    expect(quota).to.be.instanceOf(SalesforceApiError).and.to.include({ status: 403, code: 'REQUEST_LIMIT_EXCEEDED' });
  });

  it('a session that expired is refreshed, and the records are written once', async () => {
    await using here = await Connected.start();
    const ids = here.insert(1);
    here.org.expireSession();
    expect(await clientOf(here).write(compressBody(bodyOf(ids)), 1, here.signal)).to.have.length(1);
    expect(here.org.table('Byline__c').writes(ids[0]!)).to.have.length(1);
  });
});

function bodyOf(ids: readonly string[]): string {
  const write = recordWriter('Byline__c');
  const records = ids.map((id) => write({ id, url: '', fields: { Tweets__c: [null, 1000] } }));
  return COLLECTION.open + records.join(COLLECTION.between) + COLLECTION.close;
}
