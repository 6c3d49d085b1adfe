import type { Output } from './output.ts';
import { type Column, textColumn } from './table.ts';
import { putTable } from './terminal-table.ts';

/** What the list shows of a service. */
export type ListedService = {
  readonly name: string;
  readonly kind: 'built-in' | 'preset' | 'own';
  readonly summary: string;
  readonly needs: string | null;
  readonly configured: boolean;
  readonly problem: string | null;
  readonly closedSince: string | null;
  readonly instead: string | null;
  readonly verified: boolean;
};

/** Writes the list of services: those that can be asked by name, then the presets a settings file can use. */
export function showCatalog(services: readonly ListedService[], output: Output): void {
  const named = services.filter(({ kind }) => kind !== 'preset');
  putTable(output, {
    title: 'Services',
    columns: columnsOf(
      'Service',
      textColumn('Ready', ({ configured }) => (configured ? 'yes' : 'no')),
    ),
    rows: named,
  });
  for (const { name, closedSince, instead } of named) {
    if (closedSince !== null)
      output.log(`${name}: the public host closed ${closedSince}. Instead: ${instead ?? 'nothing'}.`);
  }
  for (const { name, kind, problem } of named)
    if (kind === 'own' && problem !== null) output.log(`${name}: ${problem}`);
  output.log();
  putTable(output, {
    title: 'Presets, for a service with "type": "json"',
    columns: columnsOf(
      'Preset',
      textColumn('Verified', ({ verified }) => (verified ? 'yes' : 'no')),
    ),
    rows: services.filter(({ kind }) => kind === 'preset'),
  });
}

const columnsOf = (first: string, second: Column<ListedService>): Column<ListedService>[] => [
  textColumn(first, ({ name }) => name),
  second,
  textColumn('Counts', ({ summary }) => summary, { width: 'whole' }),
  textColumn('Needs', ({ needs }) => needs ?? 'nothing', { width: 'whole' }),
];
