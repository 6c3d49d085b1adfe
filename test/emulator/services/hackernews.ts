import type { EmulatorReply } from '../server.ts';
import { hash, split } from './counts.ts';
import { type Context, type EmulatedService, json, onlyAt } from './emulated-service.ts';
import { numberIn, urlIn } from './requests.ts';

const PATH = '/api/v1/search';

/**
 * Algolia's Hacker News search. It is full text: stories of other articles come back too, here always and first, and
 * `nbHits` counts them. A story's points and comments can be null.
 */
export const hackernews: EmulatedService = {
  name: 'hackernews',
  path: PATH,
  settings: (endpoint) => ({ endpoint }),
  urls: urlIn('query'),
  answer: onlyAt('GET', PATH, (request, { counts }) => {
    const url = request.query.get('query') ?? '';
    const hitsPerPage = numberIn(request.query, 'hitsPerPage', 20);
    if (!Number.isInteger(hitsPerPage) || hitsPerPage < 1 || hitsPerPage > 1000) {
      return json(400, { message: 'invalid hitsPerPage', status: 400 });
    }
    const hits = [...otherStories(url), ...stories(url, counts)];
    const nbPages = Math.ceil(hits.length / hitsPerPage);
    if (counts.fault === 'no-number') return page(undefined, hits.length, nbPages, hitsPerPage);
    return page(hits.slice(0, hitsPerPage), hits.length, nbPages, hitsPerPage);
  }),
  errorInside200: () => json(200, { message: 'Index temporarily unavailable', status: 503 }),
};

function page(hits: object[] | undefined, nbHits: number, nbPages: number, hitsPerPage: number): EmulatorReply {
  return json(200, { hits, nbHits, page: 0, nbPages, hitsPerPage, processingTimeMS: 1 });
}

/** The article's own stories: their points add up to the count; the last one has no points yet. */
function stories(url: string, counts: Context['counts']): object[] {
  const count = counts.fault === 'zeros' ? 0 : counts.count(url);
  if (count === 0) return [];
  const points = split(count, 1 + (count % 3), url).map((part) => counts.ail(part));
  return [...points.map((part, index) => story(url, part ?? null, 3 + index)), story(url, null, null)];
}

/** What a search for words finds besides: longer paths, and the same path elsewhere. */
function otherStories(url: string): object[] {
  const others = [
    url.replace(/^[^?#]*/, '$&-and-more'),
    url.replace(/^(https?:\/\/)/i, '$1archive.'),
    url.replace(/^[^?#]*/, '$&/comments'),
  ];
  return others.map((other, index) => story(other, 100 + index, 50));
}

function story(url: string, points: number | string | null, comments: number | null): object {
  const id = hash(`${url} ${String(points)}`);
  const created = 1_700_000_000 + (id % 1_000_000);
  return { objectID: String(id), url, points, num_comments: comments, created_at_i: created, title: 'A story' };
}
