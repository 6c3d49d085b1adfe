import { expect } from 'chai';
import { toFieldValue } from '../../src/salesforce/field-value.ts';
import { type ArticleQuery, buildQuery } from '../../src/salesforce/query.ts';

const QUERY: ArticleQuery = { sobject: 'Byline__c', urlField: 'URL__c', fields: ['T__c'] };

describe('buildQuery', () => {
  const CASES: [name: string, query: Partial<ArticleQuery>, soql: string][] = [
    [
      'only what is needed, in an order one can go on in',
      {},
      'SELECT Id, URL__c, T__c FROM Byline__c WHERE URL__c != null ORDER BY Id',
    ],
    ['no field', { fields: [] }, 'SELECT Id, URL__c FROM Byline__c WHERE URL__c != null ORDER BY Id'],
    [
      'a field twice is asked for once',
      { fields: ['T__c', 'L__c', 'T__c'] },
      'SELECT Id, URL__c, T__c, L__c FROM Byline__c WHERE URL__c != null ORDER BY Id',
    ],
    [
      'a condition stands in parentheses',
      { where: "A = 'x' OR B = 1" },
      "SELECT Id, URL__c, T__c FROM Byline__c WHERE URL__c != null AND (A = 'x' OR B = 1) ORDER BY Id",
    ],
    [
      'after a record',
      { after: 'a01000000000001AAA' },
      "SELECT Id, URL__c, T__c FROM Byline__c WHERE URL__c != null AND Id > 'a01000000000001AAA' ORDER BY Id",
    ],
    [
      'names of the articles besides, unless the URL is one',
      { names: { labelField: 'Title__c', authorField: 'URL__c' } },
      'SELECT Id, URL__c, T__c, Title__c FROM Byline__c WHERE URL__c != null ORDER BY Id',
    ],
    [
      'at most so many',
      { limit: 7 },
      'SELECT Id, URL__c, T__c FROM Byline__c WHERE URL__c != null ORDER BY Id LIMIT 7',
    ],
    [
      'all at once',
      { where: 'A = 1', after: 'a01Em0000000001IAA', limit: 1 },
      "SELECT Id, URL__c, T__c FROM Byline__c WHERE URL__c != null AND (A = 1) AND Id > 'a01Em0000000001IAA' ORDER BY Id LIMIT 1",
    ],
  ];
  for (const [name, query, soql] of CASES) {
    it(name, () => expect(buildQuery({ ...QUERY, ...query })).to.equal(soql));
  }
});

describe('toFieldValue', () => {
  const CASES: [value: unknown, field: number | string | null][] = [
    [5, 5],
    [0, 0],
    [null, null],
    [undefined, null],
    [true, null],
    [{}, null],
    ['text', 'text'],
    ['2026-11-23T12:00:00.000+0000', '2026-11-23T12:00:00.000Z'],
    ['2026-11-23', '2026-11-23'],
    ['2026-11-23T12:00:00.000+0100', '2026-11-23T12:00:00.000+0100'],
  ];
  for (const [value, field] of CASES) {
    it(`${JSON.stringify(value)} is ${JSON.stringify(field)}`, () => expect(toFieldValue(value)).to.equal(field));
  }
});
