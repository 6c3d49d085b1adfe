import { type EmulatedService, json, jsonp, onlyAt } from './emulated-service.ts';
import type { EmulatorReply, EmulatorRequest } from '../server.ts';
import { urlIn } from './requests.ts';

const PATH = '/1/urls/count.json';

/** Twitter's count.json, closed on 2015-11-20 and imitated by company proxies since. */
export const twitter: EmulatedService = {
  name: 'twitter',
  path: PATH,
  settings: (endpoint) => ({ endpoint }),
  urls: urlIn('url'),
  answer: onlyAt('GET', PATH, (request, { counts }) => {
    const url = request.query.get('url');
    if (url === null || url === '')
      return reply(request, { errors: [{ code: 38, message: 'url parameter is missing.' }] });
    return reply(request, { count: counts.shown(url), url: normalised(url) });
  }),
  errorInside200: (request) =>
    reply(request, { errors: [{ code: 48, message: 'Unable to access URL counting services' }] }),
};

/** JSON, or JSONP where a callback is named; slashes escaped as the service did. */
function reply(request: EmulatorRequest, value: object): EmulatorReply {
  const body = JSON.stringify(value).replaceAll('/', String.raw`\/`);
  const callback = request.query.get('callback');
  if (callback !== null && callback !== '') return jsonp(callback, body);
  return { ...json(200, value), body };
}

/** The service's own spelling of a URL: not for matching. */
function normalised(url: string): string {
  return /[?#]/.test(url) || url.endsWith('/') ? url : `${url}/`;
}
