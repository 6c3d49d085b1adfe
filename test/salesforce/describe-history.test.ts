import { expect } from 'chai';
import type { HistorySettings } from '../../src/model/history.ts';
import type { FieldDescribe, ObjectDescribe } from '../../src/salesforce/describe.ts';
import { checkHistory } from '../../src/salesforce/describe-history.ts';

const WANTED: HistorySettings = {
  ...{ sobject: 'byline_count__c', parentField: 'byline__c', keyField: 'key__c', dateField: 'period__c' },
  ...{ fields: { twitter: 'tweets__c' }, changeFields: { twitter: 'tweets_change__c' } },
  ...{ rows: 'changed', period: '2026-11-23' },
};

const field = (name: string, type: string, more: Partial<FieldDescribe> = {}): FieldDescribe => ({
  ...{ name, type, createable: true, updateable: true, calculated: false },
  ...more,
});

const FIELDS = {
  Byline__c: field('Byline__c', 'reference', { referenceTo: ['Byline__c'] }),
  Key__c: field('Key__c', 'string', { externalId: true, unique: true, length: 40 }),
  Period__c: field('Period__c', 'date'),
  Tweets__c: field('Tweets__c', 'double'),
  Tweets_Change__c: field('Tweets_Change__c', 'double'),
};

/** What the check makes of an org in which one field, or the object, is otherwise. */
function check(
  other: Partial<Record<keyof typeof FIELDS, Partial<FieldDescribe>>>,
  object: Partial<ObjectDescribe> = {},
): HistorySettings {
  const fields = Object.values(FIELDS).map((one) => ({ ...one, ...other[one.name as keyof typeof FIELDS] }));
  const described = { name: 'Byline_Count__c', createable: true, updateable: true, queryable: true, fields, ...object };
  return checkHistory(described, 'Byline__c', WANTED);
}

function errorOf(...given: Parameters<typeof check>): string {
  try {
    check(...given);
    return 'none';
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

const NOT_BY_KEY = "HistoryKeyUnfitError: The field Key__c of Byline_Count__c can't be the key of history rows: ";

const WRONG: readonly (readonly [string, Parameters<typeof check>, string])[] = [
  ['a key that is not an External ID', [{ Key__c: { externalId: false } }], `${NOT_BY_KEY}it isn't an External ID.`],
  ['a key that is not Unique', [{ Key__c: { unique: false } }], `${NOT_BY_KEY}it isn't Unique.`],
  ['a key that is a number', [{ Key__c: { type: 'double' } }], `${NOT_BY_KEY}its type is double, not Text.`],
  ['a key that is too short', [{ Key__c: { length: 28 } }], `${NOT_BY_KEY}it holds 28 characters, but keys have 29.`],
  ['a parent of another object', [{ Byline__c: { referenceTo: ['Account'] } }], 'points to Account'],
  ['a parent that is text', [{ Byline__c: { type: 'string', referenceTo: [] } }], 'is of type string'],
  ['a date that is a time', [{ Period__c: { type: 'datetime' } }], 'HistoryDateUnfitError: '],
  ['a count that is text', [{ Tweets__c: { type: 'string' } }], 'FieldNotNumberError: '],
  ['a growth that is text', [{ Tweets_Change__c: { type: 'string' } }], 'FieldNotNumberError: '],
  ['a count nobody may write', [{ Tweets__c: { updateable: false } }], 'HistoryFieldFixedError: '],
  ['a key nobody may write', [{ Key__c: { createable: false } }], 'HistoryFieldFixedError: '],
  ['a field there is not', [{ Period__c: { name: 'Day__c' } }], 'UnknownFieldError: '],
  ['no right to create', [{}, { createable: false }], 'HistoryNotCreateableError: '],
  ['no right to update', [{}, { updateable: false }], 'ObjectNotUpdateableError: '],
];

describe('checkHistory', () => {
  it('spells all names as the org does', () => {
    expect(check({})).to.deep.equal({
      ...{ sobject: 'Byline_Count__c', parentField: 'Byline__c', keyField: 'Key__c', dateField: 'Period__c' },
      ...{ fields: { twitter: 'Tweets__c' }, changeFields: { twitter: 'Tweets_Change__c' } },
      ...{ rows: 'changed', period: '2026-11-23' },
    });
  });

  it('takes a parent that cannot be changed, and a day that is written once', () => {
    expect(errorOf({ Byline__c: { updateable: false }, Period__c: { updateable: false } })).to.equal('none');
  });

  for (const [what, given, says] of WRONG) {
    it(`refuses ${what}, in one line`, () => {
      expect(errorOf(...given))
        .to.include(says)
        .and.to.not.include('\n');
    });
  }
});
