import type { EmulatorReply, EmulatorRequest } from '../server.ts';
import { hash, split } from './counts.ts';
import { type Context, type EmulatedService, html, json, NOT_FOUND } from './emulated-service.ts';
import { form, hasBasic, numberIn } from './requests.ts';

const TOKEN_PATH = '/api/v1/access_token';
const PATH = '/api/info';
export const REDDIT_ID = 'BYLINE_REDDIT_CLIENT_ID';
export const REDDIT_SECRET = 'BYLINE_REDDIT_CLIENT_SECRET';

/**
 * Reddit's two hosts in one: tokens by client credentials, and the posts of a URL. Who sends no token is blocked with a
 * page. The scores of the posts add up to the count. There are up to 40 of them, and only 25 come unless `limit` asks
 * for more. The oddity `downvoted` has a post whose score is below zero.
 */
export const reddit: EmulatedService = {
  name: 'reddit',
  path: '',
  settings: (endpoint) => ({
    endpoint,
    tokenEndpoint: `${endpoint}${TOKEN_PATH}`,
    clientIdEnv: REDDIT_ID,
    clientSecretEnv: REDDIT_SECRET,
  }),
  env: { [REDDIT_ID]: 'emulated-client', [REDDIT_SECRET]: 'emulated-client-secret' },
  quota: { limit: 100, seconds: 60 },
  kind: ({ path }) => (path === TOKEN_PATH ? 'reddit-token' : 'reddit'),
  urls: ({ path, query }) => (path === PATH ? query.getAll('url').slice(0, 1) : []),
  answer: (request, context) => {
    // Names of HTTP libraries are turned away before anything else is read.
    if (/^(|node|undici|axios\S*|got\S*|curl\S*|python\S*)$/i.test(request.headers['user-agent'] ?? '')) {
      return html(429, 'Too Many Requests');
    }
    if (request.path === TOKEN_PATH) return grant(request, context);
    if (request.path !== PATH || request.method !== 'GET') return NOT_FOUND;
    const token = /^bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) return html(403, 'Blocked');
    if (!context.tokens.use(token)) return json(401, { message: 'Unauthorized', error: 401 });
    if (!context.quota.take()) return json(429, { message: 'Too Many Requests', error: 429 }, rateHeaders(context));
    return json(200, listing(request, context), rateHeaders(context));
  },
  errorInside200: () => json(200, { message: 'Internal Server Error', error: 500 }),
};

function grant(request: EmulatorRequest, { tokens, secret }: Context): EmulatorReply {
  if (request.method !== 'POST') return NOT_FOUND;
  if (!hasBasic(request, secret(REDDIT_ID), secret(REDDIT_SECRET)))
    return json(401, { message: 'Unauthorized', error: 401 });
  if (form(request).get('grant_type') !== 'client_credentials') return json(200, { error: 'unsupported_grant_type' });
  return json(200, { access_token: tokens.issue(), token_type: 'bearer', expires_in: 86_400, scope: '*' });
}

function listing(request: EmulatorRequest, { counts }: Context): object {
  const url = request.query.get('url') ?? '';
  const limit = Math.min(100, numberIn(request.query, 'limit', 25));
  const posts = counts.fault === 'zeros' ? [] : scores(url, counts).slice(0, limit);
  const children = posts.map((score, index) => ({
    kind: 't3',
    data: {
      subreddit: 'news',
      score: counts.ail(score),
      ups: counts.ail(score),
      num_comments: counts.ail(hash(`${url} ${index}`) % 50),
      permalink: `/r/news/comments/${hash(url).toString(36)}${index}/`,
      created_utc: 1_700_000_000 + index,
      url,
    },
  }));
  const shown = counts.fault === 'no-number' ? undefined : children;
  return { kind: 'Listing', data: { after: null, dist: shown?.length, children: shown, before: null } };
}

function scores(url: string, counts: Context['counts']): number[] {
  const count = counts.count(url);
  if (counts.oddity(url) === 'downvoted') return [count + 3, -3];
  return count === 0 ? [] : split(count, 1 + (count % 40), url);
}

/** `reset` is the number of seconds left, `remaining` a float. */
function rateHeaders({ quota }: Context): Record<string, string> {
  const { limit, remaining, secondsLeft } = quota.state;
  return {
    'x-ratelimit-used': String(limit - remaining),
    'x-ratelimit-remaining': remaining.toFixed(1),
    'x-ratelimit-reset': String(secondsLeft),
  };
}
