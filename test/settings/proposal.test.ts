import { expect } from 'chai';
import { type DescribedField, proposeMapping, toSettings } from '../../src/settings/proposal.ts';

const field = (name: string, type = 'double', some: Partial<DescribedField> = {}): DescribedField => ({
  ...{ name, type, updateable: true, calculated: false },
  ...some,
});
const NONE = { urlField: 'Published_URL__c', services: {} };
const URL_FIELD = field('Published_URL__c', 'url');

describe('the proposed mapping', () => {
  it('maps the number fields of the post', () => {
    const fields = [
      URL_FIELD,
      ...['Tweets__c', 'Likes__c', 'LinkedIn_Shares__c', 'Reads__c'].map((name) => field(name)),
    ];
    expect(proposeMapping('Byline__c', fields, NONE, false)).to.deep.equal({
      sobject: 'Byline__c',
      urlField: 'Published_URL__c',
      fields: { twitter: 'Tweets__c', facebook: 'Likes__c', linkedin: 'LinkedIn_Shares__c' },
      services: { facebook: { tokenEnv: 'BYLINE_FACEBOOK_TOKEN' } },
      others: ['Reads__c'],
    });
  });

  it('takes only numbers that can be written and count something', () => {
    const fields = [
      field('Tweets__c', 'string'),
      field('Twitter__c', 'double', { updateable: false }),
      field('Pins__c', 'double', { calculated: true, updateable: false }),
      field('Reddit__c', 'currency'),
      field('Hatena__c', 'percent'),
      field('HN__c', 'int'),
    ];
    const proposal = proposeMapping('Post__c', fields, NONE, false);
    expect(proposal).to.deep.include({ fields: { hackernews: 'HN__c' }, services: {}, others: [], urlField: null });
  });

  it('gives a service one field: that for the whole, else the first; and names its measure', () => {
    const fields = [field('FB_Shares__c'), field('FB_Comments__c'), field('FB__c'), field('HN_Comments__c')];
    expect(proposeMapping('Post__c', fields, NONE, false)).to.deep.include({
      fields: { facebook: 'FB__c', hackernews: 'HN_Comments__c' },
      services: { facebook: { tokenEnv: 'BYLINE_FACEBOOK_TOKEN' }, hackernews: { measure: 'comments' } },
      others: ['FB_Shares__c', 'FB_Comments__c'],
    });
  });

  it('adds to the settings of a service only what they lack', () => {
    const services = { facebook: { tokenEnv: 'BYLINE_MINE', measure: 'total' }, reddit: { clientIdEnv: 'BYLINE_ID' } };
    const fields = [field('FB_Shares__c'), field('Reddit__c')];
    expect(proposeMapping('Post__c', fields, { ...NONE, services }, false).services).to.deep.equal({
      reddit: { clientSecretEnv: 'BYLINE_REDDIT_CLIENT_SECRET' },
    });
  });

  it('uses the services the settings declare', () => {
    const services = { reads: { type: 'json', url: 'https://stats.example.com/?u={url}', value: '/n' } };
    const { fields, others } = proposeMapping('Post__c', [field('Reads__c')], { ...NONE, services }, false);
    expect({ fields, others }).to.deep.equal({ fields: { reads: 'Reads__c' }, others: [] });
  });

  describe('the URL field', () => {
    const FIELDS = [
      field('PhotoUrl', 'url'),
      field('Website', 'url'),
      field('Notes__c', 'textarea'),
      field('Source_Url__c', 'string'),
      field('Article_Link__c', 'url'),
    ];
    const urlFieldOf = (fields: readonly DescribedField[], urlField: string, chosen: boolean): string | null =>
      proposeMapping('Post__c', fields, { urlField, services: {} }, chosen).urlField;

    it('is none that no query can filter by, unless it was chosen', () => {
      const long = { ...field('Published_URL__c', 'textarea'), filterable: false };
      expect(urlFieldOf([long], 'Published_URL__c', false)).to.equal(null);
      expect(urlFieldOf([long, field('Other_URL__c', 'url')], 'Published_URL__c', false)).to.equal('Other_URL__c');
      expect(urlFieldOf([long], 'Published_URL__c', true)).to.equal('Published_URL__c');
    });

    it('is the one of the settings, in the spelling of the org', () => {
      expect(urlFieldOf(FIELDS, 'website', true)).to.equal('Website');
      expect(urlFieldOf([...FIELDS, URL_FIELD], 'published_url__c', false)).to.equal('Published_URL__c');
    });

    it('is looked for where nobody chose one', () => {
      expect(urlFieldOf(FIELDS, 'Published_URL__c', false)).to.equal('Article_Link__c');
      expect(urlFieldOf(FIELDS.slice(0, 4), 'Published_URL__c', false)).to.equal('Source_Url__c');
      expect(urlFieldOf(FIELDS.slice(0, 3), 'Published_URL__c', false)).to.equal('Website');
      expect(urlFieldOf(FIELDS.slice(0, 1), 'Published_URL__c', false)).to.equal(null);
    });

    it('is not replaced where somebody chose one that is missing', () => {
      expect(urlFieldOf(FIELDS, 'Missing__c', true)).to.equal(null);
    });
  });

  it('becomes settings without what is the default anyway', () => {
    const proposal = {
      sobject: 'Byline__c',
      urlField: 'Published_URL__c',
      fields: { hatena: 'H__c' },
      services: {},
      others: [],
    };
    expect(toSettings(proposal)).to.deep.equal({ fields: { hatena: 'H__c' } });
    const other = { ...proposal, sobject: 'Post__c', urlField: 'Link__c', services: { hatena: {} } };
    expect(toSettings(other)).to.deep.equal({
      ...{ sobject: 'Post__c', urlField: 'Link__c' },
      ...{ fields: { hatena: 'H__c' }, services: { hatena: {} } },
    });
  });
});
