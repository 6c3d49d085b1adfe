import { Buffer } from 'node:buffer';
import { generateKeyPairSync, sign, verify } from 'node:crypto';
import type { EmulatorReply, EmulatorRequest } from '../server.ts';
import { type Context, json, NOT_FOUND } from './emulated-service.ts';
import { form } from './requests.ts';

export const TOKEN_PATH = '/token';
export const ACCOUNT = 'byline@emulated-project.iam.gserviceaccount.com';
const KEY_ID = '0123456789abcdef0123456789abcdef01234567';

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** The key file of the emulated service account, as Google's console lets one download it. */
export const KEY_FILE = JSON.stringify({
  type: 'service_account',
  project_id: 'emulated-project',
  private_key_id: KEY_ID,
  private_key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }),
  client_email: ACCOUNT,
  client_id: '123456789012345678901',
  token_uri: 'https://oauth2.googleapis.com/token',
});

/** What each of Google's services is asked with. */
const SCOPES: Readonly<Record<string, string>> = {
  ga4: 'https://www.googleapis.com/auth/analytics.readonly',
  searchconsole: 'https://www.googleapis.com/auth/webmasters.readonly',
};

/** A JWT of the account, as a client of a service at `origin` would sign it now. */
export function assertionFor(service: string, origin: string): string {
  const iat = Math.floor(Date.now() / 1000);
  const claims = { iss: ACCOUNT, scope: SCOPES[service], aud: `${origin}${TOKEN_PATH}`, iat, exp: iat + 3600 };
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${encode({ alg: 'RS256', typ: 'JWT', kid: KEY_ID })}.${encode(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), keys.privateKey).toString('base64url')}`;
}

/** The reply to a request for a token, or to one that does not get as far as the report; `undefined` where it does. */
export function loginReply(service: string, request: EmulatorRequest, context: Context): EmulatorReply | undefined {
  if (request.path === TOKEN_PATH) return grant(service, request, context);
  return request.method === 'POST' ? refusal(request, context) : NOT_FOUND;
}

/** How Google's services report a failure inside HTTP 200. */
export const internalError = (): EmulatorReply =>
  json(200, { error: { code: 500, message: 'internal', status: 'INTERNAL' } });

/** Google's token endpoint: a JWT, signed with the key of the account, for an access token. */
function grant(service: string, request: EmulatorRequest, { tokens, now }: Context): EmulatorReply {
  if (request.method !== 'POST') return NOT_FOUND;
  const fields = form(request);
  if (fields.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer') {
    return json(400, { error: 'unsupported_grant_type', error_description: 'Invalid grant_type' });
  }
  const audience = `http://${request.headers.host ?? ''}${TOKEN_PATH}`;
  const wrong = problemOf(fields.get('assertion') ?? '', {
    scope: SCOPES[service] ?? '',
    audience,
    seconds: Math.floor(now() / 1000),
  });
  if (wrong !== undefined) return json(400, { error: 'invalid_grant', error_description: wrong });
  return json(200, { access_token: tokens.issue(), expires_in: 3599, token_type: 'Bearer' });
}

/** Google's answer to a request without a valid token; `undefined` where it has one. */
function refusal(request: EmulatorRequest, { tokens }: Context): EmulatorReply | undefined {
  const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  if (tokens.use(token)) return undefined;
  return googleError(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.');
}

export function googleError(code: number, status: string, message: string, reason?: string): EmulatorReply {
  const errors = reason === undefined ? {} : { errors: [{ message, domain: 'usageLimits', reason }] };
  return json(code, { error: { code, message, status, ...errors } });
}

/** What is wrong with a JWT, in Google's words. */
function problemOf(
  assertion: string,
  expected: { readonly scope: string; readonly audience: string; readonly seconds: number },
): string | undefined {
  const [header = '', payload = '', signature = ''] = assertion.split('.');
  const { alg, kid } = decode(header);
  if (alg !== 'RS256' || kid !== KEY_ID) return 'Invalid JWT: header';
  const isSigned = verify(
    'sha256',
    Buffer.from(`${header}.${payload}`),
    keys.publicKey,
    Buffer.from(signature, 'base64url'),
  );
  if (!isSigned) return 'Invalid JWT Signature.';
  const { iss, scope, aud, iat, exp } = decode(payload);
  if (iss !== ACCOUNT) return 'Invalid JWT: iss';
  if (aud !== expected.audience) return 'Invalid JWT: audience';
  if (scope !== expected.scope) return 'Invalid JWT: scope';
  const isTimely =
    Number(iat) <= expected.seconds && Number(exp) > expected.seconds && Number(exp) - Number(iat) <= 3600;
  return isTimely
    ? undefined
    : 'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.';
}

function decode(part: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown>;
  } catch {
    return {};
  }
}
