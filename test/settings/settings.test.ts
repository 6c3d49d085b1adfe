import { expect } from 'chai';
import { mergeSettings, type SettingFlags, type SettingsFile } from '../../src/settings/settings.ts';

describe('mergeSettings', () => {
  it('without flags and file there are defaults, and no mapping', () => {
    expect(mergeSettings({}, {})).to.deep.equal({
      ...{ sobject: 'Byline__c', urlField: 'Published_URL__c', where: undefined, fields: {}, services: {} },
      ...{ labelField: null, authorField: null, history: null },
      ...{ stampField: null, publishedField: null, staleAfter: null, allowPrivateUrls: false, assumeScheme: null },
    });
  });

  it('takes all of the file', () => {
    const file: SettingsFile = {
      ...{
        sobject: 'Post__c',
        urlField: 'Link__c',
        where: 'A = 1',
        fields: { twitter: 'T__c' },
        services: { hatena: {} },
      },
      ...{ labelField: 'Title__c', authorField: 'By__c' },
      ...{ stampField: 'At__c', publishedField: 'On__c', staleAfter: 6, allowPrivateUrls: true, assumeScheme: 'https' },
    };
    expect(mergeSettings({}, file)).to.deep.equal({ ...file, history: null });
  });

  const file: SettingsFile = {
    sobject: 'Post__c',
    urlField: 'Link__c',
    where: 'A = 1',
    fields: { twitter: 'T__c', facebook: 'F__c' },
  };
  const FLAGS: [name: string, flags: SettingFlags, result: object][] = [
    ['--sobject', { sobject: 'Page__c' }, { sobject: 'Page__c', urlField: 'Link__c' }],
    ['--url-field', { 'url-field': 'URL__c' }, { urlField: 'URL__c' }],
    ['--where', { where: 'B = 2' }, { where: 'B = 2' }],
    ['--field of a mapped service', { field: ['twitter=X__c'] }, { fields: { twitter: 'X__c', facebook: 'F__c' } }],
    [
      '--field of another service',
      { field: ['linkedin=L__c'] },
      { fields: { twitter: 'T__c', facebook: 'F__c', linkedin: 'L__c' } },
    ],
    [
      '--field many times',
      { field: ['a=A__c', 'b=B__c'] },
      { fields: { twitter: 'T__c', facebook: 'F__c', a: 'A__c', b: 'B__c' } },
    ],
    [
      'a service with a dash in its name',
      { field: ['my-stats=S__c'] },
      { fields: { twitter: 'T__c', facebook: 'F__c', 'my-stats': 'S__c' } },
    ],
  ];
  for (const [name, flags, result] of FLAGS) {
    it(`${name} beats the file`, () => expect(mergeSettings(flags, file)).to.deep.include(result));
  }

  for (const pair of [
    'twitter',
    'twitter=',
    '=T__c',
    'twitter=T__c=U__c',
    'twitter= T__c',
    'twitter=1T',
    'a b=T__c',
    '',
    'twitter=T-c',
  ]) {
    it(`"${pair}" is no mapping`, () => {
      try {
        mergeSettings({ field: [pair] }, {});
        expect.fail('it was taken for one');
      } catch (error) {
        expect(error).to.include({ name: 'MappingMalformedError', exitCode: 2 });
        expect((error as Error).message).to.include(`"${pair}"`);
      }
    });
  }

  it('two services cannot fill one field, however it is spelled, and wherever it is said', () => {
    const own = { b: { type: 'json' } };
    expect(() => mergeSettings({}, { fields: { x: 'T__c', b: 't__C' }, services: own })).to.throw(
      'The field t__C is filled by two services, x and b.',
    );
    expect(() => mergeSettings({ field: ['x=F__c'] }, { fields: { b: 'F__c' }, services: own })).to.throw(
      'two services',
    );
    expect(() => mergeSettings({ field: ['twiter=F__c'] }, { fields: { twitter: 'F__c' } })).to.throw(
      'There is no service "twiter".',
    );
    expect(mergeSettings({ field: ['a=X__c'] }, { fields: { a: 'T__c', b: 'X__d' } }).fields).to.deep.equal({
      a: 'X__c',
      b: 'X__d',
    });
  });

  it('what --field says twice is a wrong flag', () => {
    const outcome = (...field: string[]): unknown => {
      try {
        return mergeSettings({ field }, {}).fields;
      } catch (error) {
        const { message, exitCode } = error as Error & { exitCode: number };
        return `${exitCode}: ${message}`;
      }
    };
    const twice = '2: The service twitter is mapped twice with --field, to Tweets__c and Likes__c.';
    expect(outcome('twitter=Tweets__c', 'twitter=Likes__c')).to.equal(twice);
    expect(outcome('twitter=T__c', 'twitter=T__c')).to.match(/^2: .* mapped twice/);
    expect(outcome('a=T__c', 'b=t__c')).to.equal(
      '2: The field t__c is given twice with --field, for the services a and b.',
    );
    expect(outcome('constructor=T__c')).to.deep.equal({ constructor: 'T__c' });
  });
});
