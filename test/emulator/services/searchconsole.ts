import type { EmulatorReply, EmulatorRequest } from '../server.ts';
import { type Context, type EmulatedService, json } from './emulated-service.ts';
import { googleError, internalError, KEY_FILE, loginReply, TOKEN_PATH } from './google.ts';
import { ofViews, visited } from './report-rows.ts';
import { jsonBody } from './requests.ts';

const SITE = 'sc-domain:example.com';
const PATH = `/webmasters/v3/sites/${encodeURIComponent(SITE)}/searchAnalytics/query`;
export const SEARCH_KEY = 'BYLINE_SEARCH_KEY';
const MAX_ROWS = 25_000;

/** Google Search Console's `searchAnalytics.query` by page. Impressions are the count, clicks a third of them. */
export const searchconsole: EmulatedService = {
  name: 'searchconsole',
  path: '',
  reads: 'report',
  settings: (endpoint) => ({
    ...{ endpoint, tokenEndpoint: `${endpoint}${TOKEN_PATH}` },
    ...{ site: SITE, keyEnv: SEARCH_KEY, kind: 'window' },
  }),
  env: { [SEARCH_KEY]: KEY_FILE },
  kind: ({ path }) => (path === TOKEN_PATH ? 'searchconsole-token' : 'searchconsole'),
  urls: () => [],
  answer: (request, context) => {
    const reply = loginReply('searchconsole', request, context);
    if (reply) return reply;
    if (request.rawUrl !== PATH) {
      const message =
        'User does not have sufficient permission for site. See also: https://support.google.com/webmasters/answer/2451999.';
      return googleError(403, 'PERMISSION_DENIED', message, 'forbidden');
    }
    if (!context.quota.take()) return googleError(403, 'PERMISSION_DENIED', 'Quota exceeded.', 'quotaExceeded');
    return report(request, context);
  },
  errorInside200: internalError,
};

type Body = {
  readonly startDate?: string;
  readonly endDate?: string;
  readonly dimensions?: readonly string[];
  readonly rowLimit?: number;
  readonly startRow?: number;
};

function report(request: EmulatorRequest, { counts }: Context): EmulatorReply {
  const { startDate, endDate, dimensions, rowLimit = 1000, startRow = 0 } = jsonBody(request) as Body;
  const isDay = (text: string | undefined): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text ?? '');
  if (!isDay(startDate) || !isDay(endDate) || dimensions?.join() !== 'page' || rowLimit > MAX_ROWS) {
    return googleError(400, 'INVALID_ARGUMENT', 'Invalid value.', 'invalidParameter');
  }
  const rows = visited(counts)
    .slice(startRow, startRow + rowLimit)
    .map(({ url, views }) => {
      const clicks = ofViews(views).visitors;
      return {
        keys: [url],
        clicks: counts.ail(clicks),
        impressions: counts.ail(views),
        ctr: clicks / (views || 1),
        position: 7.5,
      };
    });
  return json(200, { ...(rows.length === 0 ? {} : { rows }), responseAggregationType: 'byPage' });
}
