import type { EmulatorReply, EmulatorRequest, Route } from '../server.ts';
import { NEWEST, OLDEST } from './actions/versions.ts';
import { BulkError, notFound, RestError } from './errors.ts';
import { bulkErrorReply, encoded, json, restErrorReply } from './replies.ts';
import { match, type Match } from './routes.ts';
import type { OrgState } from './state.ts';

/** Leads a request to its action. Faults strike between this and the handling. */
export function route(state: OrgState, request: EmulatorRequest): Route {
  const found = match(request);
  if (found.family !== 'open') state.usage.count();
  return {
    kind: found.kind,
    handle: () => {
      state.sessions.arriving(found.kind);
      const reply = encoded(answer(state, request, found), request);
      return { ...reply, headers: { ...reply.headers, Date: state.now().toUTCString() } };
    },
  };
}

function answer(state: OrgState, request: EmulatorRequest, found: Match): EmulatorReply {
  try {
    switch (found.family) {
      case 'open':
        return open(state, request, found);
      case 'rest':
        return rest(state, request, found);
      case 'bulk':
        return bulk(state, request, found);
    }
  } catch (cause) {
    if (cause instanceof BulkError) return bulkErrorReply(cause);
    if (cause instanceof RestError) return withLimits(state, restErrorReply(cause));
    return json(
      [{ errorCode: 'UNKNOWN_EXCEPTION', message: `The emulator broke: ${String((cause as Error).stack)}` }],
      500,
    );
  }
}

function open(state: OrgState, request: EmulatorRequest, found: Match): EmulatorReply {
  if (!found.action) throw notFound();
  return found.action({ state, request, params: found.params, version: '' });
}

/** The REST API's checks, in order: URI, version, session, quota, resource, method; then the action's own. */
function rest(state: OrgState, request: EmulatorRequest, found: Match): EmulatorReply {
  if (Buffer.byteLength(request.rawUrl) > state.settings.limits.uriBytes) {
    // As recorded: the web server says it, before the API is reached.
    const body = '<h1>Bad Message 414</h1><pre>reason: URI Too Long</pre>';
    return { status: 414, headers: { 'content-type': 'text/html;charset=iso-8859-1' }, body };
  }
  const age = ageOf(found.version);
  if (age === 'unknown') throw notFound();
  if (age === 'removed') throw new RestError(410, 'GONE', 'The requested resource is no longer available');
  const bearer = /^(?:Bearer|OAuth) (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (!state.sessions.accepts(bearer)) {
    const expired = restErrorReply(new RestError(401, 'INVALID_SESSION_ID', 'Session expired or invalid'));
    return { ...expired, headers: { ...expired.headers, 'www-authenticate': 'Token' } };
  }
  if (state.usage.apiExceeded) throw new RestError(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.');
  if (!found.action) throw found.known ? methodNotAllowed(request) : notFound();
  requireEncoding(
    request,
    (encoding) => new RestError(415, 'UNSUPPORTED_MEDIA_TYPE', `Unsupported content encoding: ${encoding}`),
  );
  return withLimits(state, found.action({ state, request, params: found.params, version: found.version }));
}

/** The Bulk API's checks, in order: version, session, quota, resource, method, encoding; then the action's own. */
function bulk(state: OrgState, request: EmulatorRequest, found: Match): EmulatorReply {
  if (ageOf(found.version) !== 'spoken')
    throw new BulkError('InvalidVersion', `Api version ${found.version} is not supported`);
  const session = request.headers['x-sfdc-session'];
  if (!state.sessions.accepts(typeof session === 'string' ? session : undefined)) {
    throw new BulkError('InvalidSessionId', 'Invalid session id');
  }
  if (state.usage.apiExceeded) throw new BulkError('ExceededQuota', 'TotalRequests Limit exceeded.');
  if (!found.action) {
    if (found.known) throw new BulkError('InvalidOperation', `HTTP method ${request.method} not allowed`, 405);
    throw new BulkError('InvalidOperation', `Invalid URI: ${request.path}`);
  }
  requireEncoding(
    request,
    (encoding) => new BulkError('ClientInputError', `Unsupported content encoding: ${encoding}`, 415),
  );
  return found.action({ state, request, params: found.params, version: found.version });
}

/** `spoken`, `removed` (before 31.0) or `unknown`; versions are written with one decimal. */
function ageOf(version: string): 'spoken' | 'removed' | 'unknown' {
  if (!/^\d{1,3}\.0$/.test(version)) return 'unknown';
  const number = Number(version);
  return number > NEWEST ? 'unknown' : number < OLDEST ? 'removed' : 'spoken';
}

/** Only gzip is understood; the server has undone it by now. */
function requireEncoding(request: EmulatorRequest, refusal: (encoding: string) => Error): void {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'gzip' && encoding !== 'identity' && request.body.length > 0)
    throw refusal(encoding);
}

const methodNotAllowed = (request: EmulatorRequest): RestError =>
  new RestError(
    405,
    'METHOD_NOT_ALLOWED',
    `HTTP Method '${request.method}' not allowed. Allowed are HEAD,GET,POST,PATCH,DELETE`,
  );

/** Every REST answer with a session says what was used of the day's requests. */
const withLimits = (state: OrgState, reply: EmulatorReply): EmulatorReply => ({
  ...reply,
  headers: { ...reply.headers, 'sforce-limit-info': state.usage.limitInfo },
});
