import { expect } from 'chai';
import { stringify } from 'csv-stringify/sync';
import { csvToLoad } from '../../src/report/csv.ts';
import { fullJson } from '../../src/report/full-json.ts';
import { reportKind } from '../../src/report/run-file.ts';
import { updateRows } from '../../src/report/update-csv.ts';
import { changeOf, fileOf, NASTY, refusedOf, textOf } from './fixtures.ts';

describe('report: CSV to load', () => {
  it('holds Id and the values to be, empty where a field stays as it is and #N/A where it is cleared', async () => {
    const changes = [
      changeOf('a01', 'https://a/1', { Tweets__c: [null, 5], Likes__c: [3, 0] }),
      changeOf('a02', 'https://a/2', { Likes__c: [3, null], Synced__c: [null, '2026-11-23T07:30:15.000Z'] }),
    ];
    const rows: string[][] = [];
    for await (const row of updateRows(fileOf(changes))) rows.push(row);
    expect(stringify(rows, csvToLoad('\n'))).to.equal(
      'Id,Tweets__c,Likes__c,Synced__c\na01,5,0,\na02,,#N/A,2026-11-23T07:30:15.000Z\n',
    );
  });
});

describe('report: JSON', () => {
  it('holds the whole result with all changes and failures, whatever they hold', async () => {
    const changes = NASTY.map((text, at) => changeOf(`${at}`, text, { Tweets__c: [at, null] }));
    const refused = NASTY.map((text, at) => refusedOf(`${at}`, text, 'CODE', text));
    const file = fileOf(changes, refused);
    const whole = JSON.parse(await textOf(fullJson(file))) as Record<string, unknown>;
    expect(whole).to.deep.equal({
      ...file.view.result,
      changes: NASTY.map((url, at) => ({ id: `${at}`, url, fields: { Tweets__c: { before: at, after: null } } })),
      failures: NASTY.map((message, at) => ({ id: `${at}`, statusCode: 'CODE', message, fields: [] })),
    });
    expect(Object.keys(whole)).to.deep.equal(Object.keys(file.view.result));
  });

  it('is JSON also where nothing changed', async () => {
    expect(JSON.parse(await textOf(fullJson(fileOf([]))))).to.deep.include({ changes: [], failures: [] });
  });
});

describe('report: the kind of a file', () => {
  const kinds = {
    'a.html': 'html',
    'dir.md/x.CSV': 'csv',
    'a.b.json': 'json',
    'out.md': 'md',
    html: undefined,
    'a.htm': undefined,
    'x.md/y': undefined,
    'C:\\r.md\\z': undefined,
  };
  for (const [path, kind] of Object.entries(kinds)) {
    it(`${path}: ${kind ?? 'none of ours'}`, () => expect(reportKind(path)).to.equal(kind));
  }
});
