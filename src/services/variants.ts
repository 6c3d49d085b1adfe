import { bylineError } from '../errors.ts';
import { ok, type Reading } from '../model/reading.ts';
import type { CountService } from './service.ts';
import type { Combine, Variant } from './service-settings.ts';

/**
 * Wraps a service to ask for other spellings of each URL too, and to return the highest of their counts, or the sum; if
 * one has no count, the URL has none. A variant that the service doesn't count separately (missing in `distinguishes`)
 * is an error.
 */
export function withVariants(
  service: CountService,
  variants: readonly Variant[],
  distinguishes: readonly Variant[],
  combine: Combine = 'max',
): CountService {
  const useless = variants.find((variant) => !distinguishes.includes(variant));
  if (useless) {
    const why =
      distinguishes.length === 0
        ? 'it counts all spellings of a URL as one'
        : `it counts separately: ${distinguishes.join(', ')}`;
    throw bylineError('serviceSettings', [service.name, 'variants', `"${useless}" is of no use: ${why}`]);
  }
  if (variants.length === 0 || 'report' in service) return service;
  return {
    ...service,
    spellings: 2 ** new Set(variants).size,
    lookUp: async (urls, ask) => {
      const spellings = urls.map((url) => spell(url, variants));
      const all = [...new Set(spellings.flat())];
      const chunks = Array.from({ length: Math.ceil(all.length / service.maxUrls) }, (_, index) =>
        all.slice(index * service.maxUrls, (index + 1) * service.maxUrls),
      );
      const readings = (await Promise.all(chunks.map((chunk) => service.lookUp(chunk, ask)))).flat();
      const found = new Map(all.map((url, index) => [url, readings[index]]));
      return spellings.map((list) =>
        combined(
          list.map((url) => found.get(url)),
          combine,
        ),
      );
    },
  };
}

/** The URL as recorded, then its other spellings. Only scheme and path change. */
export function spell(url: string, variants: readonly Variant[]): readonly string[] {
  let spellings = [url];
  for (const variant of new Set(variants)) spellings = spellings.flatMap((one) => [one, respell(one, variant)]);
  return [...new Set(spellings)];
}

function respell(url: string, variant: Variant): string {
  if (variant === 'scheme') return url.replace(/^http(s?):/i, (_, s: string) => (s === '' ? 'https:' : 'http:'));
  const [, path = '', rest = ''] = /^([^?#]*)(.*)$/s.exec(url) ?? [];
  return `${path.endsWith('/') ? path.replace(/\/+$/, '') : `${path}/`}${rest}`;
}

function combined(readings: readonly (Reading | undefined)[], combine: Combine): Reading {
  let count = 0;
  for (const reading of readings) {
    if (reading?.state !== 'ok') return reading ?? { state: 'failed', reason: 'not in the answer' };
    count = combine === 'sum' ? count + reading.count : Math.max(count, reading.count);
  }
  return ok(count);
}
