import type { EmulatorReply, EmulatorRequest } from '../server.ts';
import type { Shown } from './counts.ts';
import { type Context, type EmulatedService, json, jsonp, NOT_FOUND, text } from './emulated-service.ts';

const ONE = '/count/entry';
const MANY = '/count/entries';
const MAX_URLS = 50;
const MAX_LINE_BYTES = 8192;

/** Hatena Bookmark's counts: a bare number for one URL, an object keyed by the URLs as sent for up to 50. */
export const hatena: EmulatedService = {
  name: 'hatena',
  path: MANY,
  settings: (endpoint) => ({ endpoint }),
  urls: (request) => request.query.getAll('url'),
  answer: (request, context) => {
    if (request.method !== 'GET') return NOT_FOUND;
    if (request.rawUrl.length > MAX_LINE_BYTES) return text(414, 'Request-URI Too Long');
    const urls = request.query.getAll('url');
    if (urls.length === 0) return text(400, 'Bad Request');
    if (request.path === ONE) return answerOne(request, context.counts.shown(urls[0] ?? '') ?? '{}');
    if (request.path !== MANY) return NOT_FOUND;
    return urls.length > MAX_URLS ? text(400, 'Bad Request') : answerMany(request, urls, context);
  },
  errorInside200: () => json(200, { error: 'internal server error' }),
};

function answerOne(request: EmulatorRequest, count: Shown): EmulatorReply {
  const callback = request.query.get('callback');
  return callback === null ? text(200, String(count)) : jsonp(callback, String(count));
}

/** The oddity `missing` leaves a URL out. */
function answerMany(request: EmulatorRequest, urls: readonly string[], { counts }: Context): EmulatorReply {
  const known = urls.filter((url) => counts.oddity(url) !== 'missing');
  const value = Object.fromEntries(known.map((url) => [url, counts.shown(url)]));
  const callback = request.query.get('callback');
  return callback === null ? json(200, value) : jsonp(callback, JSON.stringify(value));
}
