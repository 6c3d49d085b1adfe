import { bylineError } from '../errors.ts';
import { ok, type Reading } from '../model/reading.ts';
import { readCount } from './number.ts';
import { askEach } from './url-chunks.ts';
import { own, readJson, textOf } from './reply.ts';
import { withQuery } from './request.ts';
import { type ServiceDefinition, type ServiceReply, ServiceError } from './service.ts';
import { address, serviceSettings } from './service-settings.ts';
import type { Infer } from '../zod.ts';

const options = serviceSettings('twitter', {
  endpoint: address.optional().describe('Address of a replacement that answers in the same shape.'),
});
const closed = {
  since: '2015-11-20',
  instead:
    'the service "x" (X API v2 counts, paid by the request), or an endpoint of your own that speaks the same shape',
};

/** Twitter's count.json of 2014, `GET endpoint?url=U` -> `{"count":144}`, as company proxies still serve it. */
export const twitter: ServiceDefinition<Infer<typeof options>> = {
  name: 'twitter',
  summary: 'Tweets, in the shape of urls/count.json of 2014',
  needs: 'endpoint of a replacement',
  closed,
  options,
  create: (name, { endpoint }) => {
    if (endpoint === undefined)
      throw bylineError('serviceClosed', [name, closed.since, closed.instead], { actionTokens: [name] });
    return {
      name,
      maxUrls: 1,
      limits: {},
      lookUp: (urls, ask) => askEach(urls, ask, (url) => ({ url: withQuery(endpoint, { url }) }), readTwitter),
    };
  },
};

/**
 * Reads the count in a reply of count.json. Its `url` is Twitter's own spelling and ignored. Failures could come as 200
 * with `{"errors":[{"code":48,...}]}`, often only for moments (reference: jssocials, goodshare.js, guardian/frontend).
 */
export function readTwitter(reply: ServiceReply): Reading {
  const value = readJson(reply);
  const errors = own(value, 'errors');
  const first: unknown = Array.isArray(errors) ? errors[0] : errors;
  if (first === undefined) return ok(readCount(own(value, 'count')));
  const reason = `error ${textOf(own(first, 'code')) || 'without a code'}: ${textOf(own(first, 'message'))}`;
  throw new ServiceError(own(first, 'code') === 34 ? 'url' : 'retry', reason);
}
