// Source: Bulk API Developer Guide, "JobInfo" (externalIdFieldName) and "Prepare XML Files".
import { expect } from 'chai';
import type { HistoryRow } from '../../src/model/history.ts';
import { BATCH_CLOSE, BATCH_OPEN, readRequestIds, writeNewJob } from '../../src/salesforce/bulk-xml.ts';
import { BulkClient } from '../../src/salesforce/bulk-client.ts';
import { historyWriter } from '../../src/salesforce/history-format.ts';
import { Connected } from './connected.ts';

const TARGET = {
  ...{ sobject: 'Byline_Count__c', parentField: 'Byline__c', keyField: 'Key__c', dateField: 'Period__c' },
};
const UPSERT = { operation: 'upsert', externalIdField: 'Key__c' } as const;

const rowOf = (id: string, more: Partial<HistoryRow> = {}): HistoryRow => ({
  ...{ id: `${id}-2026-11-23`, url: 'https://a.example.com/', isNew: true, change: 0 },
  fields: { Likes__c: [null, 7], Likes_Change__c: [null, -2] },
  ...more,
});

describe('an upsert in XML', () => {
  it('names the external id between the object and the concurrency mode', () => {
    expect(writeNewJob('Byline_Count__c', 'Parallel', UPSERT)).to.include(
      '<operation>upsert</operation><object>Byline_Count__c</object><externalIdFieldName>Key__c</externalIdFieldName>' +
        '<concurrencyMode>Parallel</concurrencyMode><contentType>XML</contentType>',
    );
  });

  it('gives a new row its key, parent and date, and a row that is there only its key', () => {
    const write = historyWriter(TARGET);
    const id = 'a01Em0000000001IAA';
    expect(write(rowOf(id))).to.equal(
      `<sObject><Key__c>${id}-2026-11-23</Key__c><Byline__c>${id}</Byline__c><Period__c>2026-11-23</Period__c>` +
        '<Likes__c>7</Likes__c><Likes_Change__c>-2</Likes_Change__c></sObject>',
    );
    const fields = { Likes__c: [7, 9], Likes_Change__c: [2, null] } as const;
    expect(write(rowOf(id, { isNew: false, fields }))).to.equal(
      `<sObject><Key__c>${id}-2026-11-23</Key__c><Likes__c>9</Likes__c><Likes_Change__c xsi:nil="true"/></sObject>`,
    );
  });

  it('is taken by the org, twice, as the same rows; and its batches are known by their keys', async () => {
    await using here = await Connected.start();
    const { org, signal, session } = here;
    const rows = here.insert(3).map((id) => rowOf(id));
    const body = BATCH_OPEN + rows.map(historyWriter(TARGET)).join('') + BATCH_CLOSE;
    expect(readRequestIds(body, 'Key__c')).to.deep.equal(rows.map(({ id }) => id));
    const bulk = new BulkClient(session, 'Byline_Count__c', UPSERT);
    for (let time = 0; time < 2; time += 1) {
      const created = await bulk.createJob('Parallel', signal);
      if (!('id' in created)) throw new Error(created.outcomeUnknown);
      const added = await bulk.addBatch(created.id, body, signal);
      if (!('id' in added)) throw new Error(added.outcomeUnknown);
      await bulk.closeJob(created.id, signal);
      expect(org.jobs()[time]).to.include({ operation: 'upsert', externalIdFieldName: 'Key__c', state: 'Closed' });
      expect(await bulk.getRequestIds(created.id, added.id, signal)).to.deep.equal(rows.map(({ id }) => id));
      const results = await bulk.getResults(created.id, added.id, signal);
      expect(results.map(({ success }) => success)).to.deep.equal([true, true, true]);
    }
    const table = org.table('Byline_Count__c').all();
    expect(
      table.map((row) => [row['Key__c'], row['Period__c'], row['Likes__c'], row['Likes_Change__c']]),
    ).to.deep.equal(rows.map(({ id }) => [id, '2026-11-23', 7, -2]));
  });
});
