import { bylineError } from '../errors.ts';
import { failed, ok, type Reading, skipped } from '../model/reading.ts';
import { expectGoogleOk } from './google.ts';
import { readCount } from './number.ts';
import { orFailed } from './url-chunks.ts';
import { asObject, describeFailure, own, parseJson, textOf } from './reply.ts';
import { joinPath, withQuery } from './request.ts';
import { type Ask, type ServiceDefinition, type ServiceReply, ServiceError } from './service.ts';
import { address, serviceSettings, variableName } from './service-settings.ts';
import { type Infer, z } from '../zod.ts';

const STATISTICS = { views: 'viewCount', likes: 'likeCount', comments: 'commentCount' } as const;
type Measure = keyof typeof STATISTICS;

const options = serviceSettings('youtube', {
  measure: z.enum(['views', 'likes', 'comments']).default('views').describe('Which number is taken.'),
  endpoint: address.default('https://www.googleapis.com').describe('Address of the service.'),
  keyEnv: variableName.optional().describe('Variable that holds an API key.'),
});

/** The most ids of one request, which costs one of 10,000 units a day (Data API v3, `videos.list`). */
const MAX_IDS = 50;
const HOST = /^((www|m|music)\.)?youtube(-nocookie)?\.com$/;
const ID = /^[\w-]{11}$/;

/** YouTube Data API v3, `videos.list`: the numbers of a video, by its id. */
export const youtube: ServiceDefinition<Infer<typeof options>> = {
  name: 'youtube',
  summary: 'YouTube: views, likes or comments of a video',
  needs: 'keyEnv: an API key',
  options,
  create: (name, { endpoint, keyEnv, measure }, secrets) => {
    if (keyEnv === undefined) throw bylineError('serviceNeeds', [name, 'keyEnv']);
    const key = secrets.read(keyEnv);
    const url = joinPath(endpoint, 'youtube/v3/videos');
    const askFor = (ids: readonly string[], ask: Ask): Promise<ReadonlyMap<string, Reading>> =>
      ask({ url: withQuery(url, { part: 'statistics', id: ids.join(), key }) }, (reply) => readYoutube(reply, measure));
    return {
      name,
      maxUrls: MAX_IDS,
      limits: {},
      requestQuota: "one of a project's 10,000 units a day",
      lookUp: async (urls, ask) => {
        const ids = urls.map(videoOf);
        const asked = [...new Set(ids.filter((id) => id !== undefined))];
        const readings = asked.length === 0 ? undefined : await askFor(asked, ask);
        return ids.map((id) => {
          if (id === undefined) return skipped('not a video of YouTube');
          return readings?.get(id) ?? failed('no such video, or a private one');
        });
      },
    };
  },
};

/** The video id in a URL, in any of YouTube's forms; `undefined` if it isn't a video. */
export function videoOf(url: string): string | undefined {
  const { hostname, pathname, searchParams } = new URL(url);
  const [, first = '', second = ''] = pathname.split('/');
  const id = hostname === 'youtu.be' ? first : HOST.test(hostname) ? idIn(first, second, searchParams) : undefined;
  return id !== undefined && ID.test(id) ? id : undefined;
}

function idIn(first: string, second: string, parameters: URLSearchParams): string | undefined {
  if (first === 'watch') return parameters.get('v') ?? undefined;
  return ['shorts', 'embed', 'live', 'v'].includes(first) ? second : undefined;
}

/** The readings of a reply by video id. Deleted and private videos are missing; hidden likes are unknown. */
export function readYoutube(reply: ServiceReply, measure: Measure): ReadonlyMap<string, Reading> {
  // An invalid key is refused like an invalid request.
  if (reply.status === 400 && /API.?key/i.test(reply.text)) throw new ServiceError('stop', describeFailure(reply));
  expectGoogleOk(reply);
  const items = own(parseJson(reply), 'items');
  if (!Array.isArray(items)) throw new ServiceError('url', 'no items in the answer');
  return new Map(
    items.map((item: unknown) => {
      const statistics = own(item, 'statistics');
      const count = own(statistics, STATISTICS[measure]);
      if (asObject(statistics) && count === undefined) {
        return [textOf(own(item, 'id')), failed(`${measure} are hidden`)];
      }
      return [textOf(own(item, 'id')), orFailed(() => ok(readCount(count, { strings: true })))];
    }),
  );
}
