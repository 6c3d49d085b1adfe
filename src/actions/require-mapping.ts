import { readSettings } from '../settings/settings-file.ts';
import { mergeSettings, type SettingFlags, type Settings } from '../settings/settings.ts';
import { noticeSettings } from '../runs/settings-notice.ts';
import type { SettingsPlace } from '../settings/add-settings.ts';
import type { OpenOrg } from '../process/open-org.ts';
import type { KnownSettings } from '../runs/require-plan.ts';
import type { ConfirmProposal } from './propose-mapping.ts';

/** The flags of `sync` that settings come from. */
export type MappingFlags = SettingFlags & {
  readonly 'config-file'?: string | undefined;
  readonly plan?: string | undefined;
};

export type FoundMapping = {
  readonly settings: Settings;
  /** What a saved plan must be for; `undefined` without a plan. */
  readonly known: KnownSettings | undefined;
  /** The settings file in use; `null` if there is none. */
  readonly path: string | null;
  /** Where a proposed mapping was saved by this command; `null` if none was. */
  readonly kept: SettingsPlace | null;
};

/** Where settings are looked up, and how the user is asked about a missing mapping. */
export type MappingContext = {
  readonly folder: string;
  readonly ask: ConfirmProposal;
  readonly warn: (text: string) => void;
  readonly notice: (text: string) => void;
  /** The flags for the org and the settings file, as the user typed them. */
  readonly given: string;
  readonly signal: AbortSignal;
};

/**
 * Merges flags and settings file. If they have no mapping, proposes one, unless a saved plan brings its own. Warns of
 * configured services that no field is mapped to, because they aren't asked.
 */
export async function requireMapping(
  org: OpenOrg,
  flags: MappingFlags,
  { folder, ask, warn, notice, given, signal }: MappingContext,
): Promise<FoundMapping> {
  let { settings: file, path } = await readSettings(flags['config-file'], folder);
  noticeSettings(flags, path, notice);
  let settings = mergeSettings(flags, file);
  const known = path === null ? undefined : { ...mergeSettings({ sobject: flags.sobject }, file), path };
  if (flags.plan !== undefined) return { known, settings, path, kept: null };
  let kept: SettingsPlace | null = null;
  if (Object.keys(settings.fields).length === 0) {
    const { keepProposal } = await import('./propose-mapping.ts');
    kept = await keepProposal({ org, settings, file, path, flags, given, folder }, ask, signal);
    ({ settings: file, path } = await readSettings(kept.inProject ? undefined : kept.path, folder));
    settings = mergeSettings(flags, file);
  }
  for (const name of Object.keys(settings.services)) {
    if (!Object.hasOwn(settings.fields, name)) {
      warn(
        `The service "${name}" of ${path ?? 'the settings'} isn't mapped to a field, so it isn't asked. Map it with --field ${name}=Field__c.`,
      );
    }
  }
  return { known, settings, path, kept };
}
