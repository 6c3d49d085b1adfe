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
 * Checks that each mapped service, or without a mapping each service of the settings, is configured, has its secrets,
 * and can be reached. No count is requested and no secret sent, so a check costs nothing.
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
    // A secret for a new host is sent only after its owner has approved the host.
    if (error) return [failedCheck(title, error, isUnbound(error) ? 'warn' : 'fail')];
    const origins = originsOf(name, services[name]);
    return [pass(title), ...(await Promise.all(origins.map((origin) => diagnoseHost(name, origin))))];
  });
  return (await Promise.all(diagnoses)).flat();
}

/** Any answer passes, because the request asks for nothing that exists. */
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
