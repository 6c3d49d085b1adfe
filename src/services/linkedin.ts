import { bylineError } from '../errors.ts';
import { ok, type Reading } from '../model/reading.ts';
import { readCount } from './number.ts';
import { askEach } from './url-chunks.ts';
import { own, readJson } from './reply.ts';
import { withQuery } from './request.ts';
import type { ServiceDefinition, ServiceReply } from './service.ts';
import { address, serviceSettings } from './service-settings.ts';
import { type Infer, z } from '../zod.ts';

const options = serviceSettings('linkedin', {
  endpoint: address.optional().describe('Address of a replacement that answers in the same shape.'),
  format: z.enum(['jsonp', 'json']).default('jsonp').describe('Which of its two forms is asked for; both are read.'),
});
const closed = {
  since: '2019-05, after it had answered 0 for every URL since 2018-02',
  instead: 'an endpoint of your own that speaks the same shape; LinkedIn itself has no count by URL any more',
};

/**
 * LinkedIn's count of 2014, `GET endpoint?url=U` -> `IN.Tags.Share.handleCount({"count":18,...});`, or with
 * `format=json` the bare object. Both are always accepted.
 */
export const linkedin: ServiceDefinition<Infer<typeof options>> = {
  name: 'linkedin',
  summary: 'LinkedIn shares, in the shape of countserv of 2014',
  needs: 'endpoint of a replacement',
  closed,
  options,
  create: (name, { endpoint, format }) => {
    if (endpoint === undefined)
      throw bylineError('serviceClosed', [name, closed.since, closed.instead], { actionTokens: [name] });
    const extra = format === 'json' ? { format } : {};
    return {
      name,
      maxUrls: 1,
      limits: {},
      lookUp: (urls, ask) =>
        askEach(urls, ask, (url) => ({ url: withQuery(endpoint, { url, ...extra }) }), readLinkedIn),
    };
  },
};

/** Reads the count in a reply of countserv. `fCnt` and `fCntPlusOne` are formatted for display and ignored. */
export function readLinkedIn(reply: ServiceReply): Reading {
  return ok(readCount(own(readJson(reply), 'count')));
}
