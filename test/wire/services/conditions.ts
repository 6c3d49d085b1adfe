import type { Oddity } from '../../emulator/services/counts.ts';
import type { ServiceFault } from '../../emulator/services/service-faults.ts';
import type { Flaw } from '../../emulator/services/report-rows.ts';
import type { EmulatedServices } from '../../emulator/services/services.ts';

/**
 * Brings the emulator into the state a transcript's `given` line names:
 *
 * `count URL N`, `odd URL missing|null|dash|timeout|respelled|downvoted|CODE`, `ill HOW`, `allow CALLS SECONDS|Infinity`, `expire USES`,
 * `flaw HOW`, `headers {…}`.
 * `secret NAME VALUE` is for the client: a wrong one, see {@link wrongSecrets}.
 */
export function applyCondition(line: string, service: string, emulator: EmulatedServices): void {
  const [verb = '', first = '', second = ''] = line.split(' ');
  switch (verb) {
    case 'count':
      return emulator.set(service, first, Number(second));
    case 'odd':
      return emulator.odd(service, first, /^\d+$/.test(second) ? { code: Number(second) } : (second as Oddity));
    case 'ill':
      return emulator.setFault(service, first as ServiceFault);
    case 'allow':
      return emulator.allow(service, Number(first), Number(second));
    case 'expire':
      return emulator.expire(service, Number(first));
    case 'flaw':
      return emulator.flaw(service, first as Flaw);
    case 'headers':
      return emulator.headers(service, JSON.parse(line.slice('headers '.length)) as Record<string, string>);
    case 'secret':
      return;
    default:
      throw new Error(`unknown in a transcript: given: ${line}`);
  }
}

/** The secrets a transcript's client holds in place of the right ones. */
export function wrongSecrets(given: readonly string[]): Record<string, string> {
  const told = given.filter((line) => line.startsWith('secret ')).map((line) => line.split(' '));
  return Object.fromEntries(told.map(([, name = '', value = '']) => [name, value]));
}
