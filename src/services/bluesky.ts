import { ok, type Reading } from '../model/reading.ts';
import { readCount } from './number.ts';
import { askEach } from './url-chunks.ts';
import { own, readJson } from './reply.ts';
import { withQuery } from './request.ts';
import type { ServiceDefinition, ServiceReply } from './service.ts';
import { address, serviceSettings } from './service-settings.ts';
import type { Infer } from '../zod.ts';

const options = serviceSettings('bluesky', {
  endpoint: address
    .default('https://constellation.microcosm.blue/xrpc/blue.microcosm.links.getBacklinksCount')
    .describe('Address of the service.'),
});

/** The card of a post. Most posts also have the link in their text; counting both would count them twice. */
const CARD = 'app.bsky.feed.post:embed.external.uri';

/**
 * Bluesky posts that show a card of the URL, counted by Constellation, an independent index on private machines. Few
 * requests at a time, with a contact in the User-Agent (microcosm-rs, reference section 1.8).
 */
export const bluesky: ServiceDefinition<Infer<typeof options>> = {
  name: 'bluesky',
  summary: 'Bluesky: posts with a card of a URL, as counted by Constellation',
  needs: '',
  distinguishes: ['scheme', 'slash'],
  options,
  create: (name, { endpoint }) => ({
    name,
    maxUrls: 1,
    limits: { concurrency: 2 },
    lookUp: (urls, ask) =>
      askEach(
        urls,
        ask,
        (url) => ({
          url: withQuery(endpoint, { subject: url, source: CARD }),
          // With a browser's Accept header, the reply is HTML.
          headers: { accept: 'application/json' },
        }),
        readBluesky,
      ),
  }),
};

/** The posts in a reply: `{"total":N}`. */
export function readBluesky(reply: ServiceReply): Reading {
  return ok(readCount(own(readJson(reply), 'total')));
}
