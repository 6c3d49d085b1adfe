import type { ObjectSpec } from './schema.ts';

/** The object of the sample settings: articles with their share counts. */
export const BYLINE: ObjectSpec = {
  name: 'Byline__c',
  label: 'Byline',
  keyPrefix: 'a01',
  fields: [
    { name: 'Author__c', type: 'string' },
    { name: 'Title__c', type: 'string' },
    { name: 'Published_URL__c', type: 'url', label: 'Published URL' },
    { name: 'Published_Date__c', type: 'date' },
    { name: 'Tweets__c', type: 'double' },
    { name: 'Likes__c', type: 'double' },
    { name: 'LinkedIn_Shares__c', type: 'double' },
    { name: 'Reads__c', type: 'double' },
    { name: 'Counts_Synced_At__c', type: 'datetime' },
    { name: 'Read_Only__c', type: 'double', calculated: true },
  ],
};

/** Its history: a row for each article and period, found by its key. Its parent may be changed, so it is also written to rows there are. */
export const BYLINE_COUNT: ObjectSpec = {
  name: 'Byline_Count__c',
  label: 'Byline Count',
  keyPrefix: 'a02',
  fields: [
    { name: 'Byline__c', type: 'reference', referenceTo: ['Byline__c'], nillable: false },
    { name: 'Key__c', type: 'string', length: 40, externalId: true, unique: true },
    { name: 'Period__c', type: 'date' },
    { name: 'Tweets__c', type: 'double' },
    { name: 'Tweets_Change__c', type: 'double' },
    { name: 'Likes__c', type: 'double' },
    { name: 'Likes_Change__c', type: 'double' },
    { name: 'LinkedIn_Shares__c', type: 'double' },
    { name: 'LinkedIn_Shares_Change__c', type: 'double' },
    { name: 'Points__c', type: 'double' },
    { name: 'Points_Change__c', type: 'double' },
    { name: 'Reads__c', type: 'double' },
    { name: 'Reads_Change__c', type: 'double' },
  ],
};

/** The logged-in user; the login commands look it up. */
export const USER: ObjectSpec = {
  name: 'User',
  keyPrefix: '005',
  fields: [
    { name: 'Username', type: 'string', length: 80 },
    { name: 'Email', type: 'string', length: 128 },
    { name: 'IsActive', type: 'boolean' },
    { name: 'ProfileId', type: 'reference' },
  ],
};

/** The one-row object the CLI reads an org's name and kind from. */
export const ORGANIZATION: ObjectSpec = {
  name: 'Organization',
  keyPrefix: '00D',
  fields: [
    { name: 'InstanceName', type: 'string' },
    { name: 'IsSandbox', type: 'boolean' },
    { name: 'TrialExpirationDate', type: 'datetime' },
    { name: 'NamespacePrefix', type: 'string' },
    { name: 'OrganizationType', type: 'string' },
    { name: 'LanguageLocaleKey', type: 'string' },
  ],
};
