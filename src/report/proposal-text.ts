import { Messages } from '@salesforce/core';
import type { Output } from './output.ts';
import { textColumn } from './table.ts';
import { putTable } from './terminal-table.ts';
import { wrapped } from './text.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-byline', 'proposal');

/** A service that could fill a field, and the environment variables it needs first. */
export type ProposedService = {
  readonly service: string;
  readonly field: string;
  readonly unset: readonly string[];
};

/** A service that a field is named after, and why it isn't proposed: its host is closed, or it needs settings. */
export type UnfitService = {
  readonly service: string;
  readonly field: string;
  readonly closed: { readonly since: string; readonly instead: string } | null;
  readonly needs: string;
};

/** A mapping as it is shown. */
export type ShownProposal = {
  readonly sobject: string;
  readonly urlField: string;
  readonly services: readonly ProposedService[];
  readonly unfit: readonly UnfitService[];
  /** Number fields for which no service was found. */
  readonly others: readonly string[];
};

const WIDTH = 80;
/** The most such fields shown; an object may have hundreds. */
const OTHERS = 8;

/** Writes a proposed mapping for the user to confirm. */
export function showProposal({ sobject, urlField, services, unfit, others }: ShownProposal, output: Output): void {
  const columns = [
    textColumn<ProposedService>('Service', ({ service }) => service),
    textColumn<ProposedService>('Field', ({ field }) => field),
    textColumn<ProposedService>('Needs', ({ unset }) => unset.join(' ') || 'nothing', { width: 'whole' }),
  ];
  putTable(output, { title: messages.getMessage('title', [sobject]), columns, rows: services }, WIDTH);
  const lines = [messages.getMessage('urlField', [urlField]), ...unfit.map(unfitLine), ...othersLine(others)];
  for (const line of lines.flatMap((one) => wrapped(one, WIDTH))) output.log(line);
}

/** A line with the number fields for which no service was found, or none. */
export function othersLine(others: readonly string[]): string[] {
  if (others.length === 0) return [];
  const more = others.length > OTHERS ? `, … (${others.length} in all)` : '';
  return [messages.getMessage('others', [`${others.slice(0, OTHERS).join(', ')}${more}`])];
}

/** Why the service a field is named after isn't proposed. */
export function unfitLine({ service, field, closed, needs }: UnfitService): string {
  return closed
    ? messages.getMessage('closed', [field, service, closed.since, closed.instead])
    : messages.getMessage('needs', [field, service, needs]);
}

/** The variables to set before a service can be asked, as one line, or none. */
export const unsetLine = ({ service, unset }: ProposedService): string[] =>
  unset.length === 0 ? [] : [messages.getMessage('unset', [unset.join(', '), service])];
