import { snippet } from './reply.ts';
import { ServiceError } from './service.ts';

/**
 * Reads a count: an integer from 0 to 2^53 - 1. `strings` is for services known to send digits in quotes. Everything
 * else (`"1.2K"`, `"-"`, negatives, booleans, null, NaN) throws a {@link ServiceError}: an unknown count is never 0.
 */
export function readCount(value: unknown, options: { readonly strings?: boolean } = {}): number {
  const number = options.strings && typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0) return number;
  throw new ServiceError('url', value === undefined ? 'no count in the answer' : `not a count: ${show(value)}`);
}

function show(value: unknown): string {
  return snippet(typeof value === 'number' ? String(value) : JSON.stringify(value));
}
