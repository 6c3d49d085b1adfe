import type { EmulatorReply } from '../server.ts';
import { type Context, type EmulatedService, json, NOT_FOUND } from './emulated-service.ts';
import { missing, ofViews, visited, type Visited, viewsOf } from './report-rows.ts';
import { form, numberIn } from './requests.ts';

const SITE = '1';
export const MATOMO_TOKEN = 'BYLINE_MATOMO_TOKEN';
/** What an instance is set to allow in one bulk request. */
const BULK_LIMIT = 10;

/**
 * Matomo's Reporting API: the pages of a site, a single one, and several such questions in a request. Errors come with
 * HTTP 200. Rows that are `missing` are folded into `Others`, where the flaw says so.
 */
export const matomo: EmulatedService = {
  name: 'matomo',
  path: '',
  reads: 'report',
  settings: (endpoint) => ({ endpoint, site: 1, tokenEnv: MATOMO_TOKEN }),
  env: { [MATOMO_TOKEN]: 'emulated-matomo-token' },
  urls: () => [],
  answer: (request, context) => {
    if (request.path !== '/index.php') return NOT_FOUND;
    const fields = form(request);
    if (fields.get('module') !== 'API' || fields.get('format') !== 'JSON') return NOT_FOUND;
    if (fields.get('token_auth') !== context.secret(MATOMO_TOKEN)) {
      return error("You can't access this resource as it requires 'view' access for the website id = 1.");
    }
    if (fields.get('method') === 'API.getBulkRequest') return bulk(fields, context);
    return json(200, answer(fields, context));
  },
  errorInside200: () => error('The database is being updated.'),
};

const error = (message: string): EmulatorReply => json(200, { result: 'error', message });

function bulk(fields: URLSearchParams, context: Context): EmulatorReply {
  const questions = [...fields].filter(([name]) => /^urls\[\d+\]$/.test(name)).map(([, value]) => value);
  if (questions.length > BULK_LIMIT) {
    return json(400, { result: 'error', message: `The maximum number of bulk request URLs is ${BULK_LIMIT}.` });
  }
  return json(
    200,
    questions.map((question) => answer(new URLSearchParams(question), context)),
  );
}

function answer(fields: URLSearchParams, { counts, flaw }: Context): unknown {
  if (
    fields.get('idSite') !== SITE ||
    fields.get('period') !== 'range' ||
    !/^\d{4}-\d{2}-\d{2},today$/.test(fields.get('date') ?? '')
  ) {
    return { result: 'error', message: 'The parameter idSite, period or date is missing or wrong.' };
  }
  const rows = visited(counts);
  switch (fields.get('method')) {
    case 'Actions.getPageUrls': {
      const offset = numberIn(fields, 'filter_offset', 0);
      const limit = numberIn(fields, 'filter_limit', 100);
      const all = [...rows.map((row) => toRow(row, counts)), ...(flaw === 'folded' ? [others(counts)] : [])];
      return all.slice(offset, offset + limit);
    }
    case 'Actions.getPageUrl': {
      // What is folded in the period is found by itself only as far as it is in no archive's "Others".
      const wanted = fields.get('pageUrl');
      return [...rows, ...missing(counts)]
        .filter(({ url }) => url === wanted && !url.includes('never-found'))
        .map((row) => toRow(row, counts));
    }
    default:
      return { result: 'error', message: `The method '${fields.get('method') ?? ''}' does not exist.` };
  }
}

function toRow({ url, path, views }: Visited, counts: Context['counts']): object {
  return {
    label: path,
    nb_visits: counts.ail(ofViews(views).visits),
    nb_hits: counts.ail(views),
    sum_time_spent: 60,
    url,
  };
}

function others(counts: Context['counts']): object {
  const views = viewsOf(missing(counts));
  return { label: 'Others', nb_visits: ofViews(views).visits, nb_hits: views, sum_time_spent: 60 };
}
