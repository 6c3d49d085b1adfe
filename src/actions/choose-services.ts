import { catalog } from '../services/catalog.ts';
import type { Settings } from '../settings/settings.ts';

/** The services `counts` asks: those named, or those of flags and settings, or all that need no key and no settings. */
export function chooseServices(named: readonly string[] | undefined, settings: Settings): string[] {
  if (named) return [...new Set(named)];
  const known = [...new Set([...Object.keys(settings.fields), ...Object.keys(settings.services)])];
  if (known.length > 0) return known;
  return catalog({}, {})
    .filter(({ kind, configured }) => kind === 'built-in' && configured)
    .map(({ name }) => name);
}
