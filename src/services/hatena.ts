import { ok } from '../model/reading.ts';
import { readCount } from './number.ts';
import { cutUrlChunks, gather, readKeyed, someGood } from './url-chunks.ts';
import { readJsonMembers } from './reply.ts';
import type { ServiceDefinition } from './service.ts';
import { address, serviceSettings } from './service-settings.ts';
import type { Infer } from '../zod.ts';

const options = serviceSettings('hatena', {
  endpoint: address.default('https://bookmark.hatenaapis.com/count/entries').describe('Address of the service.'),
});

const MAX_URLS = 50;
/** The share for URLs of a request line's 8 KB. */
const MAX_URLS_BYTES = 7_000;

/**
 * Hatena Bookmark: `GET endpoint?url=U1&url=U2`, at most 50 -> an object keyed by the URLs as sent. A missing URL is
 * unknown, not 0. No limit is published; careful clients send one request after the other (reference, section 1.7).
 */
export const hatena: ServiceDefinition<Infer<typeof options>> = {
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
