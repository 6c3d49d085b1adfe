import { failed, type Reading } from '../model/reading.ts';
import { normalizeUrl } from '../model/url-equality.ts';
import { type Ask, type ServiceReply, type ServiceRequest, ServiceError, errorReading } from './service.ts';

export type Readings = ReadonlyMap<string, Reading>;

/**
 * Returns the readings of `urls` in order, from concurrent requests. If a chunk fails, only its own URLs get the
 * reason.
 */
export async function gather(
  urls: readonly string[],
  chunks: readonly (readonly string[])[],
  askChunk: (chunk: readonly string[]) => Promise<Readings>,
): Promise<readonly Reading[]> {
  const found = await Promise.all(chunks.map((chunk) => orErrorReadings(chunk, askChunk)));
  return urls.map((url) => firstOf(found, url) ?? failed('not in the answer'));
}

/** Like `askChunk`, but a {@link ServiceError} becomes the reading of each URL of the chunk. */
export async function orErrorReadings(
  chunk: readonly string[],
  askChunk: (chunk: readonly string[]) => Promise<Readings>,
): Promise<Readings> {
  try {
    return await askChunk(chunk);
  } catch (error) {
    const reading = errorReading(error);
    return new Map(chunk.map((url) => [url, reading]));
  }
}

/**
 * Like `askChunk`, but if a chunk fails because of one of its URLs (the action `split`), it is bisected until the bad
 * one is alone. The halves are requested one after the other, so that a good answer comes soon, and a service that
 * refuses every URL is detected before all were tried.
 */
export async function bisectOnError(
  chunk: readonly string[],
  askChunk: (chunk: readonly string[]) => Promise<Readings>,
): Promise<Readings> {
  try {
    return await askChunk(chunk);
  } catch (error) {
    if (!(error instanceof ServiceError) || error.action !== 'split' || chunk.length < 2) throw error;
    const middle = Math.ceil(chunk.length / 2);
    const again = (half: readonly string[]): Promise<Readings> => bisectOnError(half, askChunk);
    const first = await orErrorReadings(chunk.slice(0, middle), again);
    return new Map([...first, ...(await orErrorReadings(chunk.slice(middle), again))]);
  }
}

/**
 * The readings in values keyed by URL, as it was sent or in an equivalent form. An invalid count fails its URL; a URL
 * with several equivalent keys, none of them its own, has no reading.
 */
export function readKeyed(
  values: ReadonlyMap<string, unknown>,
  urls: readonly string[],
  readOne: (value: unknown, url: string) => Reading,
): Readings {
  const readings = new Map<string, Reading>();
  let keys: ReadonlyMap<string, readonly string[]> | undefined;
  for (const url of urls) {
    // Most keys are as sent; equivalent ones are searched for only if one is missing.
    const key = values.has(url)
      ? url
      : only((keys ??= Map.groupBy(values.keys(), normalizeUrl)).get(normalizeUrl(url)));
    const value = key === undefined ? undefined : values.get(key);
    if (value !== undefined)
      readings.set(
        url,
        orFailed(() => readOne(value, url)),
      );
  }
  return readings;
}

function only<T>(items: readonly T[] = []): T | undefined {
  return items.length === 1 ? items[0] : undefined;
}

/**
 * Returns `readings`; if there are none or all failed, throws a {@link ServiceError}, because the service may be
 * unavailable.
 */
export function someGood(readings: Readings): Readings {
  const [first] = readings.values();
  if (first && (first.state !== 'failed' || [...readings.values()].some(({ state }) => state !== 'failed')))
    return readings;
  throw new ServiceError('url', first?.state === 'failed' ? first.reason : 'none of the URLs in the answer');
}

/** What `read` returns, or the reading of the {@link ServiceError} it throws. */
export function orFailed(read: () => Reading): Reading {
  try {
    return read();
  } catch (error) {
    return errorReading(error);
  }
}

/** Cuts URLs into chunks of at most `maxUrls` URLs and `maxBytes` bytes, percent-encoded and with separators. */
export function cutUrlChunks(
  urls: readonly string[],
  maxUrls: number,
  maxBytes: number,
  separatorBytes: number,
): string[][] {
  const chunks: string[][] = [];
  let bytes = Infinity;
  for (const url of urls) {
    const size = encodeURIComponent(url).length + separatorBytes;
    const last = chunks.at(-1);
    if (last && last.length < maxUrls && bytes + size <= maxBytes) last.push(url);
    else chunks.push([url]);
    bytes = chunks.at(-1) === last ? bytes + size : size;
  }
  return chunks;
}

function firstOf(found: readonly Readings[], url: string): Reading | undefined {
  for (const readings of found) {
    const reading = readings.get(url);
    if (reading) return reading;
  }
  return undefined;
}

/** Returns one reading per URL, each with its own request, for services that take one URL at a time. */
export async function askEach(
  urls: readonly string[],
  ask: Ask,
  toRequest: (url: string) => ServiceRequest,
  read: (reply: ServiceReply, url: string) => Reading,
): Promise<readonly Reading[]> {
  return Promise.all(urls.map((url) => ask(toRequest(url), (reply) => read(reply, url))));
}
