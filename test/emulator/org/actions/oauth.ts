import type { EmulatorReply } from '../../server.ts';
import { originOf, type Call } from '../call.ts';
import { json } from '../replies.ts';

const JWT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/**
 * POST /services/oauth2/token. Any JWT assertion is good: were one refused, the CLI would go on to ask the real login
 * hosts. A refresh needs the org's refresh token. OAuth errors are an object, not an array.
 */
export function token({ state, request }: Call): EmulatorReply {
  const form = new URLSearchParams(request.body.toString('utf8'));
  const grant = form.get('grant_type');
  if (grant === 'refresh_token') {
    if (!state.sessions.acceptsRefresh(form.get('refresh_token')))
      return oauthError('invalid_grant', 'expired access/refresh token');
  } else if (grant === JWT) {
    if ((form.get('assertion') ?? '').split('.').length !== 3) return oauthError('invalid_grant', 'invalid assertion');
  } else {
    return oauthError('unsupported_grant_type', 'grant type not supported');
  }
  const origin = originOf(request);
  return json({
    access_token: state.sessions.issue(),
    signature: 'emulated',
    scope: 'refresh_token web api',
    instance_url: origin,
    id: `${origin}/id/${state.orgId}/${state.userId}`,
    token_type: 'Bearer',
    issued_at: String(state.now().getTime()),
  });
}

const oauthError = (error: string, description: string): EmulatorReply =>
  json({ error, error_description: description }, 400);

/** POST /services/oauth2/revoke. */
export function revoke({ state, request }: Call): EmulatorReply {
  const form = new URLSearchParams(request.body.toString('utf8'));
  state.sessions.revoke(form.get('token') ?? request.query.get('token') ?? '');
  return { status: 200 };
}

/** GET /services/oauth2/userinfo and /id/{org}/{user}: a bad token gets plain text with 403, unlike the REST resources. */
export function userInfo({ state, request }: Call): EmulatorReply {
  const bearer = /^(?:Bearer|OAuth) (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (!state.sessions.accepts(bearer))
    return { status: 403, headers: { 'content-type': 'text/html;charset=UTF-8' }, body: 'Bad_OAuth_Token' };
  const origin = originOf(request);
  const user = state.table('User')?.get(state.userId);
  return json({
    sub: `${origin}/id/${state.orgId}/${state.userId}`,
    user_id: state.userId,
    organization_id: state.orgId,
    preferred_username: user?.['Username'],
    username: user?.['Username'],
    name: user?.['Name'],
    email: user?.['Email'],
    email_verified: true,
    urls: { rest: `${origin}/services/data/v{version}/`, async: `${origin}/services/async/{version}` },
    active: true,
    user_type: 'STANDARD',
    language: 'en_US',
    locale: 'en_US',
  });
}
