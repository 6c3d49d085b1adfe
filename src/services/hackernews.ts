import { failed, ok, type Reading } from '../model/reading.ts';
import { isSameArticle } from './canonical.ts';
import { readCount } from './number.ts';
import { own, readJson } from './reply.ts';
import { withQuery } from './request.ts';
import { type ServiceDefinition, type ServiceReply, ServiceError } from './service.ts';
import { address, serviceSettings } from './service-settings.ts';
import { type Infer, z } from '../zod.ts';

const options = serviceSettings('hackernews', {
  endpoint: address.default('https://hn.algolia.com/api/v1/search').describe('Address of the service.'),
  measure: z.enum(['points', 'comments', 'stories']).default('points').describe('Which number is taken.'),
});
export type HackerNewsMeasure = Infer<typeof options>['measure'];

/** The most stories searched for at one URL. */
const HITS = 100;

/**
 * Hacker News through Algolia's search, which allows 10,000 requests per hour and address, and blocks those who send
 * more.
 */
export const hackernews: ServiceDefinition<Infer<typeof options>> = {
  name: 'hackernews',
  summary: 'Hacker News: points, comments or stories of a URL',
  needs: '',
  options,
  create: (name, { endpoint, measure }) => ({
    name,
    maxUrls: 1,
    limits: { rate: { requests: 10_000, seconds: 3600 } },
    lookUp: async (urls, ask) =>
      Promise.all(
        urls.map((url) =>
          ask({ url: withQuery(endpoint, search(url)) }, (reply) => readHackerNews(reply, url, measure)),
        ),
      ),
  }),
};

const search = (url: string): Record<string, string> => ({
  ...{ query: url, tags: 'story', restrictSearchableAttributes: 'url', typoTolerance: 'false' },
  hitsPerPage: String(HITS),
});

/**
 * The number for the stories whose URL is the article's. The full-text search also finds others: `nbHits` includes them
 * and is not a count. A story without votes or comments has null (reference: hn-search 28, 54).
 */
export function readHackerNews(reply: ServiceReply, url: string, measure: HackerNewsMeasure): Reading {
  const value = readJson(reply);
  const hits = own(value, 'hits');
  if (!Array.isArray(hits)) throw new ServiceError('url', 'no hits in the answer');
  const stories = hits.filter((hit) => isSameArticle(own(hit, 'url'), url));
  // Stories of the article come first; if the last one is its own, there may be more.
  if (stories.length === HITS) return failed(`more than ${HITS} stories`);
  if (measure === 'stories') return ok(stories.length);
  const key = measure === 'points' ? 'points' : 'num_comments';
  return ok(
    stories.reduce<number>((sum, story) => sum + (own(story, key) === null ? 0 : readCount(own(story, key))), 0),
  );
}
