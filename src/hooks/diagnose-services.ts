import { Messages } from '@salesforce/core';
import { sendRequest } from '../http/send-request.ts';
import { HttpFailure } from '../http/failure.ts';
import { isUnbound, whyNotReady } from '../services/catalog.ts';
import { originsOf } from '../services/registry.ts';
import type { Settings } from '../settings/settings.ts';
import { sharedDispatcher } from '../process/shared-dispatcher.ts';
import { type Diagnosis, pass, failedCheck } from './diagnosis.ts';

Messages.importMessagesDirectoryFromMetaUrl(import.meta.url);
const messages = Messages.loadMessages('sf-plugin-byline', 'doctor');

const TIMEOUT_MS = 10_000;

/**
 * Whether each mapped service, or where none is mapped each of the settings, could be asked: set up, its secrets there, and
 * its host reachable. No count is asked for and no secret sent, so that it costs nothing.
 */
export async function diagnoseServices(
  { fields, services }: Pick<Settings, 'fields' | 'services'>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Diagnosis[]> {
  const mapped = Object.keys(fields);
  const names = mapped.length > 0 ? mapped : Object.keys(services);
  const diagnoses = names.map(async (name) => {
    const title = messages.getMessage('service', [name]);
    const error = whyNotReady(name, services, env);
    // A new pair of secret and host: nothing is sent before somebody has said that it is right.
    if (error) return [failedCheck(title, error, isUnbound(error) ? 'warn' : 'fail')];
    const origins = originsOf(name, services[name]);
    return [pass(title), ...(await Promise.all(origins.map((origin) => diagnoseHost(name, origin))))];
  });
  return (await Promise.all(diagnoses)).flat();
}

/** Any answer will do, as the request names nothing that is there. */
async function diagnoseHost(service: string, origin: string): Promise<Diagnosis> {
  const name = messages.getMessage('reachable', [service, new URL(origin).host]);
  try {
    const request = { method: 'HEAD', url: `${origin}/`, timeoutMs: TIMEOUT_MS, maxBytes: 1024 } as const;
    await sendRequest(request, sharedDispatcher());
    return pass(name);
  } catch (error) {
    return failedCheck(name, error instanceof HttpFailure ? `${service}: ${error.message}.` : error);
  }
}
