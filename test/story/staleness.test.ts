import { expect } from 'chai';
import { POST_FIELDS, Rig } from '../rig/rig.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('sync with a stamp field', () => {
  const ago = (ms: number): string => new Date(Date.now() - ms).toISOString().replace(/\d{3}Z$/, '000Z');
  const article = (name: string, published: number, counted: number | null): Record<string, string | null> => ({
    Name: name,
    Published_URL__c: `https://magazine.example.com/${name}`,
    Published_Date__c: ago(published).slice(0, 10),
    Counts_Synced_At__c: counted === null ? null : ago(counted),
  });

  it('asks only for records that are due by the age of the article, and stamps them in the same batch', async () => {
    await using rig = await Rig.start();
    const table = rig.org.table('Byline__c');
    const ids = table.insert([
      article('new-and-due', DAY, 2 * HOUR),
      article('new-and-fresh', DAY, HOUR / 2),
      article('old-and-fresh', 100 * DAY, 2 * DAY),
      article('never-counted', 100 * DAY, null),
    ]);
    const before = ids.map((id) => table.get(id)?.['Counts_Synced_At__c']);
    const stale = { stampField: 'Counts_Synced_At__c', publishedField: 'Published_Date__c' };
    const settings = await rig.settings(POST_FIELDS, stale);

    const first = await rig.run('byline sync', '--config-file', settings, '--json');
    expect(first.json().result.records).to.include({ queried: 2, changed: 2, updated: 2 });
    expect(rig.services.asked('twitter')).to.deep.equal([
      'https://magazine.example.com/new-and-due',
      'https://magazine.example.com/never-counted',
    ]);
    const after = ids.map((id) => table.get(id)?.['Counts_Synced_At__c']);
    expect(after.map((stamp, index) => stamp === before[index])).to.deep.equal([false, true, true, false]);
    expect(after[0]).to.equal(after[3]);
    expect(rig.org.log.count('add-batch')).to.equal(1);

    const second = await rig.run('byline sync', '--config-file', settings, '--json');
    expect(second.json().result.records).to.include({ queried: 0, changed: 0 });
    expect(rig.org.log.count('create-job')).to.equal(1);

    const job = rig.org.jobs()[0]?.id ?? '';
    expect((await rig.run('byline undo', '--job-id', job, '--no-prompt', '--json')).code).to.equal(0);
    expect(ids.map((id) => table.get(id)?.['Counts_Synced_At__c'])).to.deep.equal(before);
  });

  it('does not stamp a record with an unavailable count', async () => {
    await using rig = await Rig.start();
    const [id = ''] = rig.org.table('Byline__c').insert([article('half-counted', DAY, null)]);
    rig.services.setFault('linkedin', 'no-number');
    const settings = await rig.settings(POST_FIELDS, { stampField: 'Counts_Synced_At__c', staleAfter: 24 });
    const ended = await rig.run('byline sync', '--config-file', settings, '--json');
    expect(ended.code).to.equal(68);
    const record = rig.org.table('Byline__c').get(id);
    expect(record?.['Tweets__c']).to.equal(rig.services.count('twitter', 'https://magazine.example.com/half-counted'));
    expect(record?.['Counts_Synced_At__c']).to.equal(null);
  });

  it('refuses a staleness without a stamp field, and a stamp field that is not a date/time', async () => {
    await using rig = await Rig.start();
    const lonely = await rig.settings(POST_FIELDS, { staleAfter: 24 });
    expect((await rig.run('byline sync', '--config-file', lonely, '--json')).json().name).to.equal('StampMissingError');
    const wrong = await rig.settings(POST_FIELDS, { stampField: 'Name' });
    expect((await rig.run('byline sync', '--config-file', wrong, '--json')).json().name).to.equal(
      'StampNotDateTimeError',
    );
  });
});
