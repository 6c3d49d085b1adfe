import { SERVICE_NAMES } from '../services/service-names.ts';

/**
 * Values that shell completion offers for a flag. oclif refuses values that aren't in the list, but a settings file may
 * declare services of its own, so this list claims to include every value.
 */
class Offered extends Array<string> {
  public override includes(): boolean {
    return true;
  }
}

/** The services that need no settings of their own, each with `suffix`, for completion. */
export function offeredServices(suffix = ''): readonly string[] {
  const names = SERVICE_NAMES.filter((name) => name !== 'json');
  return Offered.from(names.map((name) => `${name}${suffix}`));
}
