import type { z } from 'zod';
import { ok } from '../model/reading.ts';
import { readCount } from './number.ts';
import { cutUrlChunks, gather, readKeyed, someGood } from './url-chunks.ts';
import { readJsonMembers } from './reply.ts';
import type { ServiceDefinition } from './service.ts';
import { address, serviceSettings } from './service-settings.ts';

const options = serviceSettings('hatena', {
  endpoint: address.default('https://bookmark.hatenaapis.com/count/entries').describe('Address of the service.'),
});

const MAX_URLS = 50;
/** Of the 8 KB a request line may have. */
const MAX_URLS_BYTES = 7_000;

/**
 * Hatena Bookmark: `GET endpoint?url=U1&url=U2`, at most 50 -> an object keyed by the URLs as sent. A URL it leaves out is
 * unknown, not 0. It publishes no limit; careful clients send one request after the other (reference, section 1.7).
 */
export const hatena: ServiceDefinition<z.infer<typeof options>> = {
  name: 'hatena',
  summary: 'Hatena Bookmark: bookmarks of a URL (Japan)',
  needs: '',
  distinguishes: ['scheme', 'slash'],
  options,
  create: (name, { endpoint }) => ({
    name,
    maxUrls: MAX_URLS,
    limits: { concurrency: 1 },
    lookUp: (urls, ask) =>
      gather(urls, cutUrlChunks(urls, MAX_URLS, MAX_URLS_BYTES, '&url='.length), (chunk) => {
        const query = chunk.map((url) => `url=${encodeURIComponent(url)}`).join('&');
        return ask({ url: `${endpoint}?${query}` }, (reply) =>
          someGood(readKeyed(readJsonMembers(reply), chunk, (value) => ok(readCount(value)))),
        );
      }),
  }),
};
