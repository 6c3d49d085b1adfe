import type { Dispatcher } from 'undici';
import { createDispatcher } from '../../../src/http/send-request.ts';
import type { Reading } from '../../../src/model/reading.ts';
import { createLookUp, type LookUp, type LookUpOptions } from '../../../src/services/look-up.ts';
import { createServices, definitions } from '../../../src/services/registry.ts';
import { createSecrets } from '../../../src/services/secrets.ts';
import { EMULATED, type EmulatedServices, startServices } from '../../emulator/services/services.ts';
import { fastClock } from './clock.ts';

/** The services both sides know that look any URL up: all that the emulator has, as far as the product has them. */
export const serviceNames: readonly string[] = EMULATED.filter(({ name, settings, reads }) => {
  if (reads !== undefined) return false;
  const type = 'type' in settings('') ? 'json' : name;
  return definitions.some((definition) => definition.name === type);
}).map(({ name }) => name);

/** The services both sides know that read a report. */
export const reportNames: readonly string[] = EMULATED.filter(({ reads }) => reads === 'report').map(({ name }) => name);

/** Readings a service's cache holds: more than a test looks URLs up. The default allocates megabytes for each service. */
const CACHE_SIZE = 4096;

export type ServiceRig = {
  readonly emulator: EmulatedServices;
  /** The product's look-up of these services; `settings` are added to those of each service named in it. Time runs fast. */
  readonly lookUp: (
    services: readonly string[],
    settings?: Readonly<Record<string, object>>,
    options?: Partial<LookUpOptions>,
  ) => LookUp;
};

/** Starts services and the product's client of them. */
export async function startRig(): Promise<ServiceRig & AsyncDisposable> {
  const emulator = await startServices();
  const dispatcher: Dispatcher = createDispatcher();
  return {
    emulator,
    lookUp: (names, settings = {}, options = {}) => {
      const known = { ...settings, ...emulator.settings() };
      const block = Object.entries(known).map(([name, own]) => [name, { ...own, ...settings[name] }]);
      const secrets = createSecrets(emulator.env());
      const services = createServices(names, Object.fromEntries(block) as Record<string, object>, secrets);
      const redact = (text: string): string => secrets.redact(text);
      const limits = { concurrency: 8, cacheSize: CACHE_SIZE };
      return createLookUp(services, { dispatcher, redact, ...limits, ...fastClock(300), ...options });
    },
    [Symbol.asyncDispose]: async () => void (await Promise.all([emulator.close(), dispatcher.destroy()])),
  };
}

/** Runs `test` with services of its own and the product's client of them, and ends both. */
export function rigged(test: (rig: ServiceRig) => Promise<void>): () => Promise<void> {
  return async () => {
    await using rig = await startRig();
    await test(rig);
  };
}

/** The requests that reached a service, those for its tokens too. */
export const requests = ({ log }: EmulatedServices, service: string): number =>
  log.count(service) + log.count(`${service}-token`);

/** The readings the services give while they are well. */
export function healthy(emulator: EmulatedServices, service: string, urls: readonly string[]): Reading[] {
  return urls.map((url) => ({ state: 'ok', count: emulator.count(service, url) }));
}

export const articles = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `https://news.example.com/2026/article-${index}`);
