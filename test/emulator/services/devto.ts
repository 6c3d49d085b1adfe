import type { EmulatorRequest } from '../server.ts';
import { type Context, type EmulatedService, json, onlyAt } from './emulated-service.ts';
import { ofViews, visited } from './report-rows.ts';
import { numberIn } from './requests.ts';

export const DEVTO_KEY = 'BYLINE_DEVTO_KEY';
/** The key of a second author, whose articles are those below `/second/`. */
export const DEVTO_SECOND_KEY = 'BYLINE_DEVTO_SECOND_KEY';

/** Forem's API v1, the published articles of a key's user. An article is at dev.to, the URL of its count is the canonical one. */
export const devto: EmulatedService = {
  name: 'devto',
  path: '',
  reads: 'report',
  settings: (endpoint) => ({ endpoint, keyEnv: DEVTO_KEY }),
  env: { [DEVTO_KEY]: 'emulated-devto-key', [DEVTO_SECOND_KEY]: 'emulated-devto-second-key' },
  urls: () => [],
  answer: onlyAt('GET', '/api/articles/me/published', (request, context) => {
    const keys = [DEVTO_KEY, DEVTO_SECOND_KEY].map((name) => context.secret(name));
    const author = keys.indexOf(String(request.headers['api-key']));
    if (author === -1) return json(401, { error: 'unauthorized', status: 401 });
    return json(200, articlesOf(author, request, context));
  }),
  errorInside200: () => json(200, { error: 'internal error' }),
};

function articlesOf(author: number, { query }: EmulatorRequest, { counts }: Context): object[] {
  const page = numberIn(query, 'page', 1);
  const rows = Math.min(1000, numberIn(query, 'per_page', 30));
  return visited(counts)
    .filter(({ path }) => path.startsWith('/second/') === (author === 1))
    .slice((page - 1) * rows, page * rows)
    .map(({ url, path, views }) => ({
      ...{ type_of: 'article', path, url: `https://dev.to${path}`, canonical_url: url },
      ...{ page_views_count: counts.ail(views), public_reactions_count: ofViews(views).visits, comments_count: 1 },
    }));
}
