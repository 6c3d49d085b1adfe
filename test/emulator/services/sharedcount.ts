import { hash, split } from './counts.ts';
import { type Context, type EmulatedService, isHttpUrl, json, NOT_FOUND } from './emulated-service.ts';
import { urlIn } from './requests.ts';

const PATH = '/v1.1/';
export const SHAREDCOUNT_KEY = 'BYLINE_SHAREDCOUNT_KEY';

/**
 * SharedCount v1.1: Facebook's numbers (their total is the count) and Pinterest's in one reply. Oddities: `null` where it
 * could not get Facebook's, `missing` where the key vanished. The quota is spent for a day.
 */
export const sharedcount: EmulatedService = {
  name: 'sharedcount',
  path: PATH,
  settings: (endpoint) => ({ endpoint, keyEnv: SHAREDCOUNT_KEY }),
  env: { [SHAREDCOUNT_KEY]: 'emulated-sharedcount-key' },
  quota: { limit: Infinity, seconds: 86_400 },
  urls: urlIn('url'),
  answer: (request, context) => {
    if (request.method !== 'GET' || !/^\/v1\.1\/?$/.test(request.path)) return NOT_FOUND;
    const key = request.query.get('apikey');
    if (key !== context.secret(SHAREDCOUNT_KEY)) {
      return json(401, { Error: 'API key invalid or missing', Type: 'invalid_api_key' });
    }
    const url = request.query.get('url') ?? '';
    if (!isHttpUrl(url)) return json(400, { Error: 'Not a valid URL.', Type: 'invalid_url' });
    if (!context.quota.take()) return json(403, SPENT, { 'x-quota-remaining': '0' });
    const { remaining } = context.quota.state;
    const headers = Number.isFinite(remaining) ? { 'x-quota-remaining': String(remaining) } : {};
    return json(200, { Pinterest: pins(url, context), Facebook: facebookNumbers(url, context) }, headers);
  },
  errorInside200: () => json(200, SPENT),
};

const SPENT = { Error: 'Quota exceeded. Your quota will reset tomorrow.', Type: 'quota_exceeded' };

function pins(url: string, { counts }: Context): number | string | undefined {
  return counts.ail(hash(`pins ${url}`) % 500);
}

function facebookNumbers(url: string, { counts }: Context): object | null | undefined {
  const oddity = counts.oddity(url);
  if (oddity === 'null') return null;
  if (oddity === 'missing' || counts.fault === 'no-number') return undefined;
  const [reactions = 0, comments = 0, shares = 0] = split(counts.count(url), 3, url);
  return {
    total_count: counts.shown(url),
    comment_count: counts.ail(comments),
    reaction_count: counts.ail(reactions),
    share_count: counts.ail(shares),
    comment_plugin_count: counts.ail(0),
  };
}
