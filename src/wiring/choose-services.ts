import { createServices, definitions } from '../services/registry.ts';
import { createSecrets } from '../services/secrets.ts';
import type { Settings } from '../settings/settings.ts';

/** The services `counts` asks: those named, else those of flags and settings, else all that need no key and no settings. */
export function chooseServices(named: readonly string[] | undefined, settings: Settings): string[] {
  if (named) return [...new Set(named)];
  const known = [...new Set([...Object.keys(settings.fields), ...Object.keys(settings.services)])];
  return known.length > 0 ? known : definitions.map(({ name }) => name).filter(needsNothing);
}

function needsNothing(name: string): boolean {
  try {
    return createServices([name], {}, createSecrets({})).length === 1;
  } catch {
    return false;
  }
}
