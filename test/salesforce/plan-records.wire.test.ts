import { tmpdir } from 'node:os';
import { expect } from 'chai';
import type { RunChunk } from '../../src/model/ascending-runs.ts';
import { PlanRecords } from '../../src/salesforce/plan-records.ts';
import { readRecords } from '../../src/salesforce/read-records.ts';
import { BYLINE } from '../emulator/org/data/objects.ts';
import { Connected, rejection } from './connected.ts';

const TWEETS = { sobject: 'Byline__c', urlField: 'Published_URL__c', fields: ['Tweets__c'] };
const WHAT = { ...TWEETS, fields: ['Tweets__c', 'Counts_Synced_At__c'] };

function open(here: Connected, parts: readonly RunChunk[], notices: string[] = []): PlanRecords {
  const options = { onNotice: (text: string) => void notices.push(text), folder: tmpdir(), signal: here.signal };
  return new PlanRecords(here.session, WHAT, parts, options);
}

const partOf = (ids: readonly string[]): RunChunk => ({ changes: ids.length, ids: [ids[0]!, ids.at(-1)!] });

/** Reads the records in pieces, as a plan does. */
async function readAll(records: PlanRecords, ids: readonly string[]): Promise<Map<string, object>> {
  const found = new Map<string, object>();
  for (let at = 0; at < ids.length; at += 2000) {
    for (const [id, record] of await records.read(ids.slice(at, at + 2000))) found.set(id, record);
  }
  return found;
}

/** What the org itself holds of these records. */
function held(here: Connected, ids: readonly string[]): Map<string, object> {
  const rows = ids.map((id) => [id, here.org.table('Byline__c').get(id)] as const).filter(([, row]) => row);
  return new Map(
    rows.map(([id, row]) => {
      const { Tweets__c, Published_URL__c: url } = row!;
      return [id, { id, url, stored: { Tweets__c, Counts_Synced_At__c: null } }];
    }),
  );
}

describe('reading the records of a plan again', () => {
  it('asks for 2,000 ids at a time; those that are gone are not there', async () => {
    await using here = await Connected.start();
    const ids = here.insert(4100);
    for (const gone of [0, 2500, 4099]) here.org.table('Byline__c').delete(ids[gone]!);
    await using records = open(here, [partOf(ids)]);
    expect(await readAll(records, ids)).to.deep.equal(held(here, ids));
    expect(here.org.log.kinds()).to.deep.equal({ retrieve: 2, query: 1 });
  });

  it('asks again where an answer is lost: it only reads', async () => {
    await using here = await Connected.start();
    const ids = here.insert(600);
    here.org.faults.tell('retrieve', { fault: 'cut-after' });
    here.org.faults.tell('retrieve', { fault: 'status', status: 503, body: 'later' });
    const found = await readRecords(here.session, TWEETS, ids, here.signal);
    expect([...found.values()].slice(0, 3).map(({ stored }) => stored)).to.deep.equal([
      { Tweets__c: 0 },
      { Tweets__c: 1 },
      { Tweets__c: 2 },
    ]);
    expect(found.size).to.equal(600);
    expect(here.org.log.kinds()).to.deep.equal({ retrieve: 3 });
  });

  it('asks for up to 500 by a query, with all its pages', async () => {
    await using here = await Connected.start({ pageSize: 200 });
    const ids = here.insert(500);
    here.org.table('Byline__c').delete(ids[7]!);
    const found = await readRecords(here.session, TWEETS, ids, here.signal);
    expect([...found.keys()]).to.deep.equal(ids.filter((_, at) => at !== 7));
    expect(here.org.log.kinds()).to.deep.equal({ query: 1, 'query-more': 2 });
  });

  for (const status of [404, 405]) {
    it(`asks for more by queries, too, where the org answers ${status} to what is younger`, async () => {
      await using here = await Connected.start();
      const ids = here.insert(1200);
      here.org.faults.tell('retrieve', { fault: 'status', status, body: '[{"errorCode":"NOT_FOUND","message":""}]' });
      const found = await readRecords(here.session, TWEETS, ids, here.signal);
      expect([...found.keys()]).to.deep.equal(ids);
      expect(here.org.log.kinds()).to.deep.equal({ retrieve: 1, query: 3 });
    });
  }

  for (const [name, body] of [
    ['fewer records than ids', '[null]'],
    ['other records than those asked for', '[{"Id":"a01Em0000000009AAA"},null]'],
    ['no list', '{}'],
    ['no JSON', '<html>'],
  ] as const) {
    it(`${name} is an error that names the request`, async () => {
      await using here = await Connected.start();
      const ids = here.insert(501);
      here.org.faults.tell('retrieve', { fault: 'status', status: 200, body });
      const error = await rejection(readRecords(here.session, TWEETS, ids, here.signal));
      expect(error.name).to.equal('OrgAnswerUnreadableError');
      expect(error.message).to.include('POST composite/sobjects/Byline__c');
    });
  }

  describe('of many changes', () => {
    let here: Connected;
    let ids: string[];
    let wanted: string[];
    before(async () => {
      here = await Connected.start();
      ids = here.insert(24_000);
      // Not every record of the org is in the plan, and not every one of the plan in the org.
      wanted = ids.filter((_, index) => index % 10 !== 3);
      for (const gone of [0, 1, 2100, 12_001, 23_999]) here.org.table('Byline__c').delete(ids[gone]!);
    });
    after(() => here[Symbol.asyncDispose]());
    beforeEach(() => here.org.log.clear());

    it('reads all records from the first to the last by a bulk query, and tells them apart', async () => {
      const notices: string[] = [];
      await using records = open(here, [partOf(wanted)], notices);
      expect(await readAll(records, wanted)).to.deep.equal(held(here, wanted));
      expect(here.org.log.kinds()).to.deep.equal({
        ...{ query: 1, 'create-job': 1, 'add-batch': 1, 'close-job': 1, 'list-batches': 1, 'get-result': 1 },
        'get-query-result': 1,
      });
      expect(notices).to.deep.equal([
        'The records of 21,600 changes are read by a bulk query: some 9 API requests instead of 11.',
      ]);
    });

    it('continues in the middle of a plan, and reads deferred changes at its end by id', async () => {
      const late = [ids[5]!, ids[400]!, ids[23_999]!];
      const rest = wanted.slice(1234);
      await using records = open(here, [{ changes: rest.length, ids: partOf(wanted).ids }, partOf(late)]);
      expect(await readAll(records, [...rest, ...late])).to.deep.equal(held(here, [...rest, ...late]));
      expect(here.org.log.of('add-batch')[0]?.body.toString()).to.equal(
        `SELECT Id, Published_URL__c, Tweets__c, Counts_Synced_At__c FROM Byline__c WHERE Id >= '${rest[0]}' AND Id <= '${wanted.at(-1)}' ` +
          'ORDER BY Id LIMIT 2000000',
      );
      expect(here.org.log.kinds()).to.include({ query: 2 }).and.not.to.have.property('retrieve');
    });

    it('asks for ids where a plan goes up and down', async () => {
      await using records = open(here, [{ changes: 21_600, ids: null }]);
      expect(await readAll(records, wanted)).to.deep.equal(held(here, wanted));
      expect(here.org.log.kinds()).to.deep.equal({ retrieve: 11 });
    });

    it('a result out of order is an error: what is passed over would be taken for gone', async () => {
      const rows = [wanted[3], wanted[1]].map((id) => `"${id}","","",""\n`);
      const body = `"Id","Published_URL__c","Tweets__c","Counts_Synced_At__c"\n${rows.join('')}`;
      here.org.faults.tell('get-query-result', { fault: 'status', status: 200, body });
      await using records = open(here, [partOf(wanted)]);
      expect((await rejection(readAll(records, wanted))).message).to.include('out of order');
    });
  });

  it('asks for ids where the org lets no bulk query, and says so', async () => {
    await using here = await Connected.start({ objects: [{ ...BYLINE, bulk: false }] });
    const ids = here.insert(20_500);
    const notices: string[] = [];
    await using records = open(here, [partOf(ids)], notices);
    expect((await readAll(records, ids)).size).to.equal(20_500);
    expect(here.org.log.kinds()).to.deep.equal({ query: 2, 'create-job': 1, retrieve: 10 });
    expect(notices[1]).to.match(
      /^The org lets no bulk query read them \(InvalidEntity: .*\): they are read by their ids\.$/,
    );
  });
});
