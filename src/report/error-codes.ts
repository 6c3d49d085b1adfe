import { toHelpSection } from '@salesforce/sf-plugins-core';
import { Messages } from '@salesforce/core';
import { EXIT_CODES } from '../model/exit-codes.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-byline', 'exit-codes');

/** The ERROR CODES of `--help`: a line for each code the commands end with. */
export function errorCodesSection(): ReturnType<typeof toHelpSection> {
  const lines = Object.entries(EXIT_CODES).map(([name, code]) => [`${code}`, messages.getMessage(name)]);
  return toHelpSection('ERROR CODES', Object.fromEntries(lines) as Record<string, string>);
}
