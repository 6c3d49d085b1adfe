import { SERVICE_NAMES } from '../services/service-names.ts';

/**
 * Values that shell completion offers for a flag. oclif refuses any that its list does not include; but a settings file may
 * declare services of its own, so this list claims to include them all.
 */
class Offered extends Array<string> {
  public override includes(): boolean {
    return true;
  }
}

/** The services that can be named without settings of their own, each with `suffix`, to be offered and not required. */
export function offeredServices(suffix = ''): readonly string[] {
  const names = SERVICE_NAMES.filter((name) => name !== 'json');
  return Offered.from(names.map((name) => `${name}${suffix}`));
}
