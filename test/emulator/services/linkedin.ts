import { type EmulatedService, json, jsonp, onlyAt } from './emulated-service.ts';
import type { EmulatorReply, EmulatorRequest } from '../server.ts';
import type { Shown } from './counts.ts';
import { urlIn } from './requests.ts';

const PATH = '/countserv/count/share';

/** LinkedIn's share count, answering 0 to everybody from 2018 and closed in 2019; JSONP unless asked otherwise. */
export const linkedin: EmulatedService = {
  name: 'linkedin',
  path: PATH,
  settings: (endpoint) => ({ endpoint }),
  urls: urlIn('url'),
  answer: onlyAt('GET', PATH, (request, { counts }) => {
    const url = request.query.get('url');
    if (url === null || url === '') return json(400, { status: 400, message: 'url is required' });
    const count = counts.shown(url);
    return reply(request, { count, fCnt: display(count, 0), fCntPlusOne: display(count, 1), url });
  }),
  errorInside200: (request) => reply(request, { errorCode: 0, message: 'Internal service error', status: 500 }),
};

function reply(request: EmulatorRequest, value: object): EmulatorReply {
  const format = request.query.get('format') ?? 'jsonp';
  if (format === 'json') return json(200, value);
  const callback = request.query.get('callback') ?? 'IN.Tags.Share.handleCount';
  return jsonp(callback, JSON.stringify(value));
}

/** Numbers for people: grouped, then shortened. */
function display(count: Shown, plus: number): string {
  if (typeof count !== 'number') return String(count ?? '');
  const shown = count + plus;
  return shown < 10_000 ? shown.toLocaleString('en-US') : `${Math.floor(shown / 1000)}K+`;
}
