import type { EmulatorReply, EmulatorRequest } from '../server.ts';
import { type EmulatedService, onlyAt, script } from './emulated-service.ts';
import { urlIn } from './requests.ts';

const PATH = '/v1/urls/count.json';

/** Pinterest's count: JSONP whether asked or not, without a semicolon. The oddity `dash` shows `"-"` for the number. */
export const pinterest: EmulatedService = {
  name: 'pinterest',
  path: PATH,
  settings: (endpoint) => ({ endpoint }),
  urls: urlIn('url'),
  answer: onlyAt('GET', PATH, (request, { counts }) => {
    const url = request.query.get('url');
    if (url === null || url === '') return reply(request, { error: 'Invalid URL.' });
    return reply(request, { url, count: counts.oddity(url) === 'dash' ? '-' : counts.shown(url) });
  }),
  errorInside200: (request) => reply(request, { error: 'Something went wrong on our end.' }),
};

function reply(request: EmulatorRequest, value: object): EmulatorReply {
  return script(`${request.query.get('callback') ?? 'receiveCount'}(${JSON.stringify(value)})`);
}
