import { bylineError } from '../errors.ts';
import { failed, ok, type Reading } from '../model/reading.ts';
import { readCount } from './number.ts';
import { askEach } from './url-chunks.ts';
import { expectOk, own, parseJson, textOf } from './reply.ts';
import { withQuery } from './request.ts';
import { type ServiceDefinition, type ServiceReply, ServiceError } from './service.ts';
import { address, serviceSettings, variableName } from './service-settings.ts';
import { type Infer, z } from '../zod.ts';

const options = serviceSettings('sharedcount', {
  endpoint: address.default('https://api.sharedcount.com/v1.1/').describe('Address of the service.'),
  keyEnv: variableName.optional().describe('Variable that holds the API key.'),
  measure: z
    .enum(['total', 'shares', 'reactions', 'comments', 'pinterest'])
    .default('total')
    .describe('Which number is taken; all but "pinterest" are those of Facebook.'),
});
export type SharedCountMeasure = Infer<typeof options>['measure'];

/** The path of each measure in a reply; all but the last are Facebook's. */
const PATHS: Readonly<Record<SharedCountMeasure, readonly string[]>> = {
  total: ['Facebook', 'total_count'],
  shares: ['Facebook', 'share_count'],
  reactions: ['Facebook', 'reaction_count'],
  comments: ['Facebook', 'comment_count'],
  pinterest: ['Pinterest'],
};

/** SharedCount v1.1, `GET endpoint?url=U&apikey=K`: numbers of Facebook and Pinterest with one key. */
export const sharedcount: ServiceDefinition<Infer<typeof options>> = {
  name: 'sharedcount',
  summary: 'SharedCount: Facebook or Pinterest numbers of a URL',
  needs: 'keyEnv: an API key (paid)',
  distinguishes: ['scheme', 'slash'],
  options,
  create: (name, { endpoint, keyEnv, measure }, secrets) => {
    if (keyEnv === undefined) throw bylineError('serviceNeeds', [name, 'keyEnv']);
    const apikey = secrets.read(keyEnv);
    return {
      name,
      maxUrls: 1,
      limits: {},
      lookUp: (urls, ask) =>
        askEach(
          urls,
          ask,
          (url) => ({ url: withQuery(endpoint, { url, apikey }) }),
          (reply) => readSharedCount(reply, measure),
        ),
    };
  },
};

/**
 * The number of `measure` in a reply. `null` means that SharedCount has none. Errors `{"Error","Type"}` come with 401,
 * 403, and also 200 (SharedCount docs, v1.1).
 */
export function readSharedCount(reply: ServiceReply, measure: SharedCountMeasure): Reading {
  const value = reply.text.trimStart().startsWith('{') ? parseJson(reply) : undefined;
  const error = textOf(own(value, 'Error'));
  const type = textOf(own(value, 'Type'));
  if (type === 'invalid_url') return failed(`invalid_url: ${error}`);
  if (type === 'quota_exceeded' || type === 'invalid_api_key') throw new ServiceError('stop', `${type}: ${error}`);
  expectOk(reply);
  if (error !== '') throw new ServiceError('url', `${type || 'error'}: ${error}`);
  let found: unknown = value ?? parseJson(reply);
  for (const key of PATHS[measure]) {
    found = own(found, key);
    if (found === null) return failed(`SharedCount has no number of ${key} now (null)`);
  }
  return ok(readCount(found));
}
