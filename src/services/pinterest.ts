import { failed, ok, type Reading } from '../model/reading.ts';
import { readCount } from './number.ts';
import { askEach } from './url-chunks.ts';
import { own, readJson, textOf } from './reply.ts';
import { withQuery } from './request.ts';
import { type ServiceDefinition, type ServiceReply, ServiceError } from './service.ts';
import { address, serviceSettings } from './service-settings.ts';
import type { Infer } from '../zod.ts';

const options = serviceSettings('pinterest', {
  endpoint: address.default('https://api.pinterest.com/v1/urls/count.json').describe('Address of the service.'),
});

/**
 * Pinterest: `GET endpoint?url=U` -> `receiveCount({"url":"..","count":9})`, always JSONP. The API is undocumented, so
 * few requests are sent at a time. Each spelling of a URL has its own count (reference, section 1.4).
 */
export const pinterest: ServiceDefinition<Infer<typeof options>> = {
  name: 'pinterest',
  summary: 'Pinterest: pins of a URL',
  needs: '',
  distinguishes: ['scheme', 'slash'],
  options,
  create: (name, { endpoint }) => ({
    name,
    maxUrls: 1,
    limits: { concurrency: 4 },
    lookUp: (urls, ask) => askEach(urls, ask, (url) => ({ url: withQuery(endpoint, { url }) }), readPinterest),
  }),
};

/**
 * Reads the pins in a reply. `"-"` means that Pinterest doesn't know the URL (Sharrre PR 49): no count, and no failure
 * of the service.
 */
export function readPinterest(reply: ServiceReply): Reading {
  const value = readJson(reply);
  const count = own(value, 'count');
  if (count === '-') return failed('Pinterest does not know the URL ("-")');
  const error = textOf(own(value, 'error'));
  if (error !== '') throw new ServiceError('url', `error: ${error}`);
  return ok(readCount(count));
}
