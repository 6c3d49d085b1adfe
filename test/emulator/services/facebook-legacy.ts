import type { EmulatorReply, EmulatorRequest } from '../server.ts';
import { type Context, isHttpUrl, json } from './emulated-service.ts';
import { graphError, isNeverShared } from './facebook-node.ts';

/**
 * The URL of a request of 2014: `/?id=U`, or the path itself, which ends at the first `?` that is not escaped: the rest
 * is the query of the request, not of the article.
 */
export function legacyUrl(request: EmulatorRequest): string[] {
  const id = request.query.get('id');
  if (id !== null) return [id];
  const path = request.rawUrl.replace(/\?.*/s, '').slice(1);
  try {
    return path === '' ? [] : [decodeURIComponent(path)];
  } catch {
    return [path];
  }
}

/** `{"id","shares"}`; `shares` is missing for a URL that was never shared. */
export function answerLegacy(request: EmulatorRequest, { counts, quota }: Context): EmulatorReply {
  const [url] = legacyUrl(request);
  if (url === undefined) return json(400, graphError(100, 'Unsupported get request.'));
  if (!isHttpUrl(url)) {
    return json(404, graphError(803, `(#803) Some of the aliases you requested do not exist: ${url}`));
  }
  const oddity = counts.oddity(url);
  if (typeof oddity === 'object') return json(400, graphError(oddity.code));
  if (!quota.take()) return json(403, graphError(4));
  if (counts.fault === 'no-number') return json(200, { name: 'Facebook' });
  return json(200, { id: url, shares: isNeverShared(url, counts) ? undefined : counts.shown(url) });
}
