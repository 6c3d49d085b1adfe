import { bylineError } from '../errors.ts';
import type { Reading } from '../model/reading.ts';
import {
  checkGraphNodes,
  facebookPause,
  GraphError,
  readItems,
  readLegacy,
  readNode,
  readSingle,
  type Wanted,
} from './facebook-graph.ts';
import {
  askEach,
  bisectOnError,
  cutUrlChunks,
  gather,
  readKeyed,
  type Readings,
  orErrorReadings,
  someGood,
} from './url-chunks.ts';
import { joinPath, postForm, withQuery } from './request.ts';
import { type Ask, type CountService, type ServiceDefinition, type ServiceReply, ServiceError } from './service.ts';
import { address, serviceSettings, variableName } from './service-settings.ts';
import { type Infer, z } from '../zod.ts';

/** A request line may hold about 8 KB; the rest is for the address, the fields, and the token. */
const MAX_IDS_BYTES = 6_000;

const options = serviceSettings('facebook', {
  endpoint: address.default('https://graph.facebook.com').describe('Address of the service.'),
  shape: z
    .enum(['graph', 'legacy'])
    .default('graph')
    .describe('"graph" is the Graph API; "legacy" the shape of 2014, GET endpoint/URL, which needs no token.'),
  version: z
    .string()
    .regex(/^v\d+\.\d+$/)
    .default('v26.0')
    .describe('Version of the Graph API.'),
  tokenEnv: variableName.optional().describe('Variable that holds an app token, APPID|SECRET.'),
  batch: z.int().min(1).max(50).default(50).describe('URLs asked by one request.'),
  measure: z
    .enum(['total', 'shares', 'reactions', 'comments'])
    .default('total')
    .describe('Which number is taken; the total is reactions, comments, shares and comments of the plug-in.'),
  /** `og_object` gives one total, and still did where `engagement` gave 0 (reference: shariff-backend-php PR 173-186). */
  source: z
    .enum(['engagement', 'og_object'])
    .default('engagement')
    .describe('Which node of the Graph API is read; "og_object" has only a total.'),
});
type Options = Infer<typeof options>;

/** Facebook's Graph API: the URL node's `engagement` with an app token; or the anonymous format of 2014 for proxies. */
export const facebook: ServiceDefinition<Options> = {
  name: 'facebook',
  summary: 'Facebook shares, reactions and comments of a URL (Graph API)',
  needs: 'tokenEnv: an app token, APPID|SECRET',
  distinguishes: ['scheme', 'slash'],
  options,
  create: (name, settings, secrets) => {
    if (settings.shape === 'legacy') return legacy(name, settings);
    if (settings.tokenEnv === undefined) throw bylineError('serviceNeeds', [name, 'tokenEnv']);
    if (settings.source === 'og_object' && settings.measure !== 'total') {
      throw bylineError('serviceSettings', [name, 'measure', 'the source og_object has only a total']);
    }
    return graph(name, settings, secrets.read(settings.tokenEnv));
  },
};

/** `GET endpoint/U` -> `{"id":U,"shares":28}`, as graph.facebook.com answered in 2014. */
function legacy(name: string, { endpoint }: Options): CountService {
  return {
    name,
    maxUrls: 1,
    limits: {},
    lookUp: (urls, ask) =>
      askEach(urls, ask, (url) => ({ url: joinPath(endpoint, encodeURIComponent(url)) }), readLegacy),
  };
}

/**
 * `GET /vN/?ids=U1,U2&fields=engagement&access_token=T` -> an object keyed by URL, at most 50; `?id=U` for a single
 * one. `ids` is split at commas after decoding, so URLs with a comma are requested in a batch of such single requests
 * (Meta, Graph API, Batch Requests).
 */
function graph(name: string, settings: Options, token: string): CountService {
  const fields = settings.source === 'engagement' ? 'engagement' : 'og_object{engagement}';
  const wanted: Wanted = settings.source === 'engagement' ? settings.measure : 'og_object';
  const node = joinPath(settings.endpoint, `${settings.version}/`);

  const askOne = async (url: string, ask: Ask): Promise<Reading> =>
    ask({ url: withQuery(node, { id: url, fields, access_token: token }) }, (reply) => readSingle(reply, wanted));

  const askChunk = async (chunk: readonly string[], ask: Ask): Promise<Readings> => {
    const [first, ...others] = chunk;
    if (first === undefined) return new Map();
    if (others.length === 0) return new Map([[first, await askOne(first, ask)]]);
    const ids = chunk.map((url) => encodeURIComponent(url)).join(',');
    const request = { url: withQuery(`${node}?ids=${ids}`, { fields, access_token: token }) };
    const found = await ask(request, (reply) => readBatch(reply, chunk, wanted));
    // Keys may come back in another spelling; such a URL is requested alone instead of guessed.
    return withMissing(found, chunk, ask);
  };

  const askBatch = async (urls: readonly string[], ask: Ask): Promise<Readings> => {
    if (urls.length < 2) return withMissing(new Map(), urls, ask);
    const batch = urls.map((id) => ({ method: 'GET', relative_url: withQuery('', { id, fields }) }));
    const form = { access_token: token, include_headers: 'false', batch: JSON.stringify(batch) };
    try {
      return await withMissing(await ask(postForm(node, form), (reply) => readItems(reply, urls, wanted)), urls, ask);
    } catch (error) {
      // An endpoint in front of Graph may not know batches.
      if (error instanceof ServiceError && error.action === 'url') return withMissing(new Map(), urls, ask);
      throw error;
    }
  };

  /** Adds the readings of the URLs without one, which are requested alone. */
  const withMissing = async (found: Readings, urls: readonly string[], ask: Ask): Promise<Readings> => {
    const missing = urls.filter((url) => !found.has(url));
    if (missing.length === 0) return found;
    const alone = missing.map((url) => orErrorReadings([url], async () => new Map([[url, await askOne(url, ask)]])));
    return new Map([found, ...(await Promise.all(alone))].flatMap((readings) => [...readings]));
  };

  return {
    name,
    maxUrls: settings.batch,
    limits: {},
    pauseUntil: facebookPause,
    lookUp: async (urls, ask) => {
      const { comma = [], plain = [] } = Object.groupBy(urls, (url) => (url.includes(',') ? 'comma' : 'plain'));
      const chunks = cutUrlChunks(plain, settings.batch, MAX_IDS_BYTES, ','.length);
      return gather(urls, comma.length > 0 ? [...chunks, comma] : chunks, (some) =>
        some === comma ? askBatch(some, ask) : bisectOnError(some, (half) => askChunk(half, ask)),
      );
    },
  };
}

/** Reads the nodes of a batch reply. An error about one of the URLs fails all of them, and asks for smaller batches. */
export function readBatch(reply: ServiceReply, urls: readonly string[], wanted: Wanted): Readings {
  try {
    const found = readKeyed(checkGraphNodes(reply), urls, (node) => readNode(node, wanted));
    return found.size === 0 ? found : someGood(found);
  } catch (error) {
    throw error instanceof GraphError && error.action === 'url' ? new ServiceError('split', error.message) : error;
  }
}
