import type { Output } from './output.ts';

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
  const data = services.map((service) => ({
    ...service,
    needs: service.needs ?? 'nothing',
    ready: service.configured ? 'yes' : 'no',
    checked: service.verified ? 'yes' : 'no',
  }));
  const columns = (first: string, second: { key: string; name: string }): never =>
    [
      { key: 'name', name: first },
      second,
      { key: 'summary', name: 'Counts' },
      { key: 'needs', name: 'Needs' },
    ] as never;
  const named = data.filter(({ kind }) => kind !== 'preset');
  output.table({ data: named, columns: columns('Service', { key: 'ready', name: 'Ready' }), title: 'Services' });
  for (const { name, closedSince, instead } of named) {
    if (closedSince !== null)
      output.log(`${name}: the public host closed ${closedSince}. Instead: ${instead ?? 'nothing'}.`);
  }
  for (const { name, kind, problem } of named)
    if (kind === 'own' && problem !== null) output.log(`${name}: ${problem}`);
  output.log();
  const presets = data.filter(({ kind }) => kind === 'preset');
  const title = 'Presets, for a service with "type": "json"';
  output.table({ data: presets, columns: columns('Preset', { key: 'checked', name: 'Verified' }), title });
}
