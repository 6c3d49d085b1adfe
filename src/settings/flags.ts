import { Messages } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { offeredServices } from './service-completions.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-byline', 'settings.flags');

/** The flags of every command that reads records and asks services. They override the settings file. */
export const settingsFlags = {
  sobject: Flags.string({ helpGroup: 'RECORD', char: 's', summary: messages.getMessage('flags.sobject.summary') }),
  'url-field': Flags.string({ helpGroup: 'RECORD', summary: messages.getMessage('flags.url-field.summary') }),
  field: Flags.string({
    helpGroup: 'SERVICE',
    multiple: true,
    // One value each, because a URL may follow.
    multipleNonGreedy: true,
    options: offeredServices('='),
    helpValue: 'service=Field__c',
    summary: messages.getMessage('flags.field.summary'),
    description: messages.getMessage('flags.field.description'),
  }),
  where: Flags.string({ helpGroup: 'RECORD', summary: messages.getMessage('flags.where.summary') }),
  limit: Flags.integer({ helpGroup: 'RECORD', min: 1, summary: messages.getMessage('flags.limit.summary') }),
  shard: Flags.string({
    helpGroup: 'RECORD',
    helpValue: 'I/N',
    summary: messages.getMessage('flags.shard.summary'),
    description: messages.getMessage('flags.shard.description'),
  }),
  'config-file': Flags.string({ summary: messages.getMessage('flags.config-file.summary') }),
  concurrency: Flags.integer({
    helpGroup: 'SERVICE',
    min: 1,
    max: 1000,
    default: 8,
    summary: messages.getMessage('flags.concurrency.summary'),
  }),
};
