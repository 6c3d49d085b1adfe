import { Messages } from '@salesforce/core';
import { type Output, textColumn } from './output.ts';
import { wrapped } from './text.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-byline', 'proposal');

/** A service that could fill a field, and what it takes to ask it. */
export type ProposedService = {
  readonly service: string;
  readonly field: string;
  /** What has to be done before it can be asked; null where nothing. */
  readonly needs: string | null;
  readonly closedSince: string | null;
  readonly instead: string | null;
};

/** A mapping as it is shown. */
export type ShownProposal = {
  readonly sobject: string;
  readonly urlField: string;
  readonly services: readonly ProposedService[];
  /** Number fields no service was found for. */
  readonly others: readonly string[];
};

const WIDTH = 80;
/** An object may have a hundred number fields. */
const OTHERS = 8;

/** Writes a proposed mapping for somebody who is asked whether to keep it. */
export function showProposal({ sobject, urlField, services, others }: ShownProposal, output: Output): void {
  const columns = [textColumn('service', 'Service'), textColumn('field', 'Field'), textColumn('needs', 'Needs')];
  const data = services.map(({ service, field, needs }) => ({ service, field, needs: needs ?? 'nothing' }));
  output.table({ data, columns: columns as never, title: messages.getMessage('title', [sobject]), overflow: 'wrap' });
  // The table has what the others need.
  const closedLine = (one: ProposedService): string[] => (one.closedSince === null ? [] : needsLine(one));
  const lines = [messages.getMessage('urlField', [urlField]), ...othersLine(others), ...services.flatMap(closedLine)];
  for (const line of lines.flatMap((one) => wrapped(one, WIDTH))) output.log(line);
}

/** A line with the number fields no service was found for; none where there are none. */
export function othersLine(others: readonly string[]): string[] {
  if (others.length === 0) return [];
  const more = others.length > OTHERS ? `, … (${others.length} in all)` : '';
  return [messages.getMessage('others', [`${others.slice(0, OTHERS).join(', ')}${more}`])];
}

/** What a service needs before it can be asked, as a line; none where it needs nothing. */
export function needsLine({ service, needs, closedSince, instead }: ProposedService): string[] {
  if (needs === null) return [];
  if (closedSince === null) return [messages.getMessage('needs', [service, needs])];
  return [messages.getMessage('closed', [service, needs, closedSince, instead ?? 'nothing'])];
}
