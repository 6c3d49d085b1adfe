import { createLookUp, type LookUp } from '../services/look-up.ts';
import { createServices } from '../services/registry.ts';
import { createSecrets } from '../services/secrets.ts';
import { sharedDispatcher } from './org.ts';

export type Counting = {
  readonly lookUp: LookUp;
  /** Ends all look-ups. */
  readonly controller: AbortController;
};

/**
 * Makes the look-up of the named services. Throws an error, before any request, where one is unknown, lacks what it
 * needs, or its environment variable is not set.
 */
export function openServices(
  names: readonly string[],
  settings: { readonly services: Readonly<Record<string, unknown>> },
  options: { concurrency: number; signal: AbortSignal; notice: (text: string) => void },
): Counting {
  const secrets = createSecrets(process.env);
  const services = createServices(names, settings.services, secrets);
  const controller = new AbortController();
  const lookUp = createLookUp(services, {
    dispatcher: sharedDispatcher(),
    concurrency: options.concurrency,
    signal: AbortSignal.any([options.signal, controller.signal]),
    redact: (text) => secrets.redact(text),
    notice: (service, text) => options.notice(`${service}: ${text}`),
  });
  return { lookUp, controller };
}
