import { type EmulatedService, json, onlyAt } from './emulated-service.ts';

export const YOUTUBE_KEY = 'BYLINE_YOUTUBE_KEY';
const MAX_IDS = 50;

/** YouTube's Data API v3, `videos.list`. Oddities of a video's URL: `missing` is private; `dash` hides its likes. */
export const youtube: EmulatedService = {
  name: 'youtube',
  path: '',
  reads: 'ids',
  settings: (endpoint) => ({ endpoint, keyEnv: YOUTUBE_KEY }),
  env: { [YOUTUBE_KEY]: 'emulated-youtube-key' },
  quota: { limit: 10_000, seconds: 86_400 },
  urls: ({ query }) => (query.get('id') ?? '').split(',').map(urlOf),
  answer: onlyAt('GET', '/youtube/v3/videos', ({ query }, { counts, quota, secret }) => {
    if (query.get('key') !== secret(YOUTUBE_KEY)) {
      return error(400, 'API key not valid. Please pass a valid API key.', 'badRequest');
    }
    if (!quota.take())
      return error(403, 'The request cannot be completed because you have exceeded your quota.', 'quotaExceeded');
    const ids = (query.get('id') ?? '').split(',');
    if (ids.length > MAX_IDS) return error(400, 'The request specifies an invalid filter parameter.', 'invalidFilters');
    const found = ids.filter((id) => counts.oddity(urlOf(id)) !== 'missing');
    return json(200, {
      kind: 'youtube#videoListResponse',
      // In no order to rely on.
      items: found.toReversed().map((id) => {
        const views = counts.shown(urlOf(id));
        const isHidden = counts.oddity(urlOf(id)) === 'dash';
        const likes = isHidden ? {} : { likeCount: String(Math.ceil(counts.count(urlOf(id)) / 2)) };
        const viewCount = views === undefined ? {} : { viewCount: String(views) };
        return {
          kind: 'youtube#video',
          id,
          statistics: { ...viewCount, ...likes, favoriteCount: '0', commentCount: '3' },
        };
      }),
    });
  }),
  errorInside200: () => json(200, { error: { code: 500, message: 'Internal error encountered.' } }),
};

const urlOf = (id: string): string => `https://www.youtube.com/watch?v=${id}`;

const error = (code: number, message: string, reason: string) =>
  json(code, { error: { code, message, errors: [{ message, domain: 'usageLimits', reason }] } });
