import { bylineError } from '../errors.ts';
import { failed, ok, type Reading } from '../model/reading.ts';
import { limitPause, type LimitHeaders } from './limit-headers.ts';
import { readCount } from './number.ts';
import { clientCredentials, withAccessToken } from './oauth.ts';
import { own, readJson, textOf } from './reply.ts';
import { joinPath, withQuery } from './request.ts';
import { type ServiceDefinition, type ServiceReply, type ServiceRequest, ServiceError } from './service.ts';
import { address, serviceSettings, variableName } from './service-settings.ts';
import { askEach } from './url-chunks.ts';
import { type Infer, z } from '../zod.ts';

const options = serviceSettings('reddit', {
  endpoint: address.default('https://oauth.reddit.com').describe('Address of the service.'),
  tokenEndpoint: address
    .default('https://www.reddit.com/api/v1/access_token')
    .describe('Address that gives the access token.'),
  clientIdEnv: variableName.optional().describe('Variable that holds the id of the app.'),
  clientSecretEnv: variableName.optional().describe('Variable that holds the secret of the app.'),
  /** Reddit requires the responsible account in the User-Agent. */
  username: z.string().optional().describe('The account responsible for the app, named in the User-Agent.'),
  measure: z.enum(['score', 'comments', 'posts']).default('score').describe('Which number is taken.'),
});
export type RedditMeasure = Infer<typeof options>['measure'];

const LIMIT: LimitHeaders = { remaining: 'x-ratelimit-remaining', reset: 'x-ratelimit-reset', resetAs: 'seconds' };
/** The most posts of one request; the default is 25. */
const POSTS = 100;

/** Reddit for approved apps: the posts of a URL from `GET /api/info?url=U`, with a client credentials token. */
export const reddit: ServiceDefinition<Infer<typeof options>> = {
  name: 'reddit',
  summary: 'Reddit: score, comments or posts of a URL',
  needs: 'clientIdEnv and clientSecretEnv of an app Reddit has approved',
  distinguishes: ['scheme'],
  options,
  create: (name, settings, secrets) => {
    const { clientIdEnv, clientSecretEnv, username, measure } = settings;
    if (clientIdEnv === undefined) throw bylineError('serviceNeeds', [name, 'clientIdEnv']);
    if (clientSecretEnv === undefined) throw bylineError('serviceNeeds', [name, 'clientSecretEnv']);
    const client = { id: secrets.read(clientIdEnv), secret: secrets.read(clientSecretEnv) };
    const agent: Record<string, string> =
      username === undefined ? {} : { 'user-agent': `node:sf-plugin-byline:v1 (by /u/${username})` };
    const grant = clientCredentials(settings.tokenEndpoint, client, secrets);
    const withToken = withAccessToken(() => ({ ...grant, headers: { ...grant.headers, ...agent } }), secrets);
    const info = joinPath(settings.endpoint, 'api/info');
    const toRequest = (url: string): ServiceRequest => ({
      url: withQuery(info, { url, limit: String(POSTS) }),
      headers: agent,
    });
    return {
      name,
      maxUrls: 1,
      limits: {},
      pauseUntil: (reply) => limitPause(reply, LIMIT),
      lookUp: (urls, ask) => askEach(urls, withToken(ask), toRequest, (reply) => readReddit(reply, measure)),
    };
  },
};

/** Reads the posts of a URL: the sum of scores, the sum of comments, or the number of posts. */
export function readReddit(reply: ServiceReply, measure: RedditMeasure): Reading {
  const value = readJson(reply);
  const posts = own(own(value, 'data'), 'children');
  if (!Array.isArray(posts)) throw new ServiceError('url', `no posts in the answer: ${textOf(own(value, 'message'))}`);
  if (textOf(own(own(value, 'data'), 'after')) !== '') return failed(`more than ${POSTS} posts`);
  if (measure === 'posts') return ok(posts.length);
  const read = (post: unknown): number => {
    const data = own(post, 'data');
    return measure === 'score' ? readVotes(own(data, 'score')) : readCount(own(data, 'num_comments'));
  };
  return ok(readCount(posts.reduce<number>((sum, post) => sum + read(post), 0)));
}

/** A post's score: upvotes minus downvotes. A negative score reduces the sum. */
function readVotes(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value < 0 ? value : readCount(value);
}
