import { expect } from 'chai';
import {
  checkFields,
  checkPublished,
  digitsOf,
  type FieldDescribe,
  type ObjectDescribe,
  type WantedFields,
} from '../../src/salesforce/describe.ts';

const field = (name: string, type: string, some: Partial<FieldDescribe> = {}): FieldDescribe => ({
  ...{ name, type, updateable: true, calculated: false },
  ...some,
});

const DESCRIBED: ObjectDescribe = {
  ...{ name: 'Byline__c', updateable: true, queryable: true },
  fields: [
    field('Id', 'id', { updateable: false }),
    ...[
      'url',
      'string',
      'textarea',
      'double',
      'int',
      'long',
      'currency',
      'percent',
      'boolean',
      'date',
      'datetime',
      'picklist',
      'reference',
    ].map((type) => field(`A_${type}__c`, type)),
    field('Formula__c', 'double', { updateable: false, calculated: true }),
    field('Set_By_System__c', 'datetime', { updateable: false }),
  ],
};

const WANTED: WantedFields = { sobject: 'byline__c', urlField: 'A_url__c', fields: {}, stampField: null, write: true };

/** What the check says: nothing, or name and message of its error. */
function check(wanted: Partial<WantedFields>, described: Partial<ObjectDescribe> = {}): string {
  try {
    checkFields({ ...DESCRIBED, ...described }, { ...WANTED, ...wanted });
    return 'fine';
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

describe('checkFields', () => {
  for (const type of ['double', 'int', 'long', 'currency', 'percent']) {
    it(`a field of type ${type} can hold a count`, () =>
      expect(check({ fields: { t: `A_${type}__c` } })).to.equal('fine'));
  }

  for (const type of ['url', 'string', 'textarea', 'boolean', 'date', 'datetime', 'picklist', 'reference']) {
    it(`a field of type ${type} cannot hold a count`, () =>
      expect(check({ fields: { t: `A_${type}__c` } })).to.match(
        new RegExp(`^FieldNotNumberError: The field A_${type}__c of Byline__c .*type is ${type}.*service t\\.$`),
      ));
  }

  for (const type of ['url', 'string', 'textarea']) {
    it(`a field of type ${type} can hold a URL`, () => expect(check({ urlField: `A_${type}__c` })).to.equal('fine'));
  }

  for (const type of ['double', 'boolean', 'date', 'reference', 'picklist']) {
    it(`a field of type ${type} cannot hold a URL`, () =>
      expect(check({ urlField: `A_${type}__c` })).to.match(
        new RegExp(`^UrlFieldNotTextError: The field A_${type}__c of Byline__c .*: its type is ${type}\\.$`),
      ));
  }

  for (const [name, wanted] of [
    ['Long__c', { urlField: 'Long__c' }],
    ['Secret_At__c', { stampField: 'secret_at__c' }],
  ] as const) {
    it(`${name}, which no query can filter by, is refused`, () => {
      const long = [
        field('Long__c', 'textarea', { filterable: false }),
        field('Secret_At__c', 'datetime', { filterable: false }),
      ];
      expect(check(wanted, { fields: [...DESCRIBED.fields, ...long] })).to.match(
        new RegExp(`^FieldNotFilterableError: The field ${name} of Byline__c cannot be filtered by`),
      );
    });
  }

  const CASES: [name: string, wanted: Partial<WantedFields>, described: Partial<ObjectDescribe>, says: RegExp][] = [
    ['an unknown URL field', { urlField: 'Nope__c' }, {}, /^UnknownFieldError: There is no field Nope__c on Byline__c/],
    ['an unknown count field', { fields: { t: 'Nope__c' } }, {}, /^UnknownFieldError: There is no field Nope__c/],
    ['an unknown stamp field', { stampField: 'Nope__c' }, {}, /^UnknownFieldError: There is no field Nope__c/],
    [
      'a read-only count field',
      { fields: { t: 'Formula__c' } },
      {},
      /^FieldNotUpdateableError: The field Formula__c of Byline__c .*service t\.$/,
    ],
    ['a read-only count field that is only read', { fields: { t: 'Formula__c' }, write: false }, {}, /^fine$/],
    ['an object nobody may update', {}, { updateable: false }, /^ObjectNotUpdateableError: .*Byline__c/],
    ['an object nobody may update, only read', { write: false }, { updateable: false }, /^fine$/],
    ['a stamp', { stampField: 'A_datetime__c' }, {}, /^fine$/],
    ['a stamp that is no time', { stampField: 'A_date__c' }, {}, /^StampNotDateTimeError: .*A_date__c/],
    ['a stamp nobody may set', { stampField: 'Set_By_System__c' }, {}, /^StampNotUpdateableError: .*Set_By_System__c/],
  ];
  for (const [name, wanted, described, says] of CASES) {
    it(name, () => expect(check(wanted, described)).to.match(says));
  }

  it('gives all names in the spelling of the org', () => {
    const wanted = { ...WANTED, urlField: 'a_URL__c', fields: { t: 'a_DOUBLE__C' }, stampField: 'a_datetime__c' };
    expect(checkFields(DESCRIBED, wanted)).to.deep.equal({
      ...{
        sobject: 'Byline__c',
        urlField: 'A_url__c',
        fields: { t: 'A_double__c' },
        stampField: 'A_datetime__c',
        write: true,
      },
    });
  });
});

describe('digitsOf', () => {
  it('tells what the fields have room for before the decimal point, and nothing of those that do not say', () => {
    const fields = [
      field('Double__c', 'double', { precision: 5, scale: 2, digits: 0 }),
      field('Percent__c', 'percent', { precision: 2, scale: 2, digits: 0 }),
      field('Int__c', 'int', { precision: 0, scale: 0, digits: 8 }),
      field('Unlimited__c', 'int', { precision: 0, scale: 0, digits: 0 }),
      field('Unsaid__c', 'double'),
    ];
    const named = { a: 'Double__c', b: 'Percent__c', c: 'Int__c', d: 'Unlimited__c', e: 'Unsaid__c' };
    expect(digitsOf({ ...DESCRIBED, fields }, named)).to.deep.equal({ a: 3, b: 0, c: 8 });
  });
});

describe('checkPublished', () => {
  for (const type of ['date', 'datetime'] as const) {
    it(`takes a ${type}, in any case of its name`, () =>
      expect(checkPublished(DESCRIBED, `a_${type.toUpperCase()}__c`)).to.deep.equal({ field: `A_${type}__c`, type }));
  }

  it('takes nothing else', () => {
    expect(() => checkPublished(DESCRIBED, 'A_double__c')).to.throw('A_double__c');
    expect(() => checkPublished(DESCRIBED, 'Nope__c')).to.throw('There is no field Nope__c');
  });
});
