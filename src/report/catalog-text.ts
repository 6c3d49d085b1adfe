import type { Output } from './output.ts';
import { wrapped } from './text.ts';

/** A service in the list. */
export type ListedService = {
  readonly name: string;
  readonly kind: 'built-in' | 'preset' | 'own';
  readonly summary: string;
  readonly needs: string | null;
  readonly configured: boolean;
  readonly problem: string | null;
  readonly unbound: boolean;
  readonly closedSince: string | null;
  readonly instead: string | null;
  readonly verified: boolean;
};

/** Widths of the name column and of the yes/no columns, spaces included. */
const NAME_WIDTH = 18;
const YES_WIDTH = 10;
/** The width of the longest texts. */
const WIDEST = 240;

/**
 * Writes the list of services: those that can be asked by name, then the presets for a settings file. Text wraps within
 * its cell to fit a terminal of this width.
 */
export function showCatalog(services: readonly ListedService[], output: Output, columns = 80): void {
  const width = Math.min(Math.max(columns, 80), WIDEST);
  const data = services.map((service) => ({
    ...service,
    needs: service.needs ?? 'nothing',
    ready: service.configured ? 'yes' : 'no',
    checked: service.verified ? 'yes' : 'no',
  }));
  // Four columns have five borders.
  const left = width - NAME_WIDTH - YES_WIDTH - 5;
  const table = (title: string, first: string, second: object, rows: typeof data): void => {
    const needsWidth = Math.floor(left / 2);
    const all = [
      { key: 'name', name: first, width: NAME_WIDTH },
      { ...second, width: YES_WIDTH },
      { key: 'summary', name: 'Counts', width: left - needsWidth },
      { key: 'needs', name: 'Needs', width: needsWidth },
    ];
    output.table({ data: rows, columns: all as never, title, overflow: 'wrap' });
  };
  const named = data.filter(({ kind }) => kind !== 'preset');
  table('Services', 'Service', { key: 'ready', name: 'Ready' }, named);
  const closed = named.flatMap(({ name, closedSince, instead }) =>
    closedSince === null ? [] : [`${name}: the public host closed ${closedSince}. Instead: ${instead ?? 'nothing'}.`],
  );
  const problems = named.flatMap(({ name, kind, problem, unbound }) =>
    kind === 'own' && problem !== null && !unbound ? [`${name}: ${problem}`] : [],
  );
  for (const line of [...closed, ...problems].flatMap((text) => wrapped(text, width))) output.log(line);
  output.log();
  const presets = data.filter(({ kind }) => kind === 'preset');
  table('Presets, for a service with "type": "json"', 'Preset', { key: 'checked', name: 'Verified' }, presets);
}
