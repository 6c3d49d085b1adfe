import { bylineError } from '../errors.ts';
import type { Settings } from '../settings/settings.ts';

/**
 * `settings`, if they say which service fills which field; without any mapping there is nothing to write. Warns of
 * services that are set up and fill no field: they are not asked.
 */
export function requireMapping(settings: Settings, path: string | null, warn: (text: string) => void): Settings {
  if (Object.keys(settings.fields).length === 0) throw bylineError('noMapping', [settings.sobject]);
  for (const name of Object.keys(settings.services)) {
    if (!Object.hasOwn(settings.fields, name)) {
      warn(
        `The service "${name}" of ${path ?? 'the settings'} fills no field, and is not asked. Map it with --field ${name}=Field__c.`,
      );
    }
  }
  return settings;
}
