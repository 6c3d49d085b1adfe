import { createPrivateKey, type KeyObject } from 'node:crypto';
import { bylineError } from '../errors.ts';
import { isLoopbackHost } from '../model/url.ts';
import { withAccessToken } from './oauth.ts';
import { describeFailure, expectOk, own, textOf } from './reply.ts';
import { postForm } from './request.ts';
import { type Ask, type ServiceReply, type ServiceRequest, type ServiceSecrets, ServiceError } from './service.ts';

/** Google's own token host; others only if the settings name them. */
const TOKEN_ENDPOINT = 'https://oauth2.googleapis.com/token';
/** Hosts trusted in the `token_uri` of a key. */
const GOOGLE_HOST = /(^|\.)(googleapis|google)\.com$/;
const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
/** Google refuses a token from the future, and this machine's clock may be fast. */
const BACKDATED_SECONDS = 600;
/** The longest lifetime Google accepts. */
const LIFETIME_SECONDS = 3600;

export type GoogleSettings = { readonly keyEnv?: string | undefined; readonly tokenEndpoint?: string | undefined };

/** The part of a service account's key file that is needed. */
type ServiceAccount = {
  readonly email: string;
  readonly key: KeyObject;
  readonly keyId: string;
  readonly tokenEndpoint: string;
};

/**
 * Logs in as a service account: a JWT signed with its key is exchanged for an access token for `scope` (RFC 7523;
 * Google, "Using OAuth 2.0 for Server to Server Applications"). Throws an error if the settings name no key or an
 * invalid one.
 */
export function googleLogin(
  name: string,
  settings: GoogleSettings,
  scope: string,
  secrets: ServiceSecrets,
): { readonly email: string; readonly loggedIn: (ask: Ask) => Ask } {
  const account = readAccount(name, settings, secrets);
  const withToken = withAccessToken(() => toGrant(account, scope, secrets), secrets);
  return {
    email: account.email,
    loggedIn: (ask) => (request, read) =>
      withToken(ask)(request, (reply) => {
        expectGoogleOk(reply, account.email);
        return read(reply);
      }),
  };
}

async function toGrant(
  { email, key, keyId, tokenEndpoint }: ServiceAccount,
  scope: string,
  secrets: ServiceSecrets,
): Promise<ServiceRequest> {
  // Loaded only when needed.
  const { SignJWT } = await import('jose');
  const issuedAt = Math.floor(Date.now() / 1000) - BACKDATED_SECONDS;
  const assertion = await new SignJWT({ scope })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(keyId === '' ? {} : { kid: keyId }) })
    .setIssuer(email)
    .setAudience(tokenEndpoint)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + LIFETIME_SECONDS)
    .sign(key);
  for (const part of [assertion, ...assertion.split('.')]) secrets.remember(part);
  return postForm(tokenEndpoint, { grant_type: GRANT_TYPE, assertion });
}

function readAccount(name: string, { keyEnv, tokenEndpoint }: GoogleSettings, secrets: ServiceSecrets): ServiceAccount {
  if (keyEnv === undefined) throw bylineError('serviceNeeds', [name, 'keyEnv']);
  const wrong = (why: string): Error => bylineError('serviceSettings', [name, 'keyEnv', `${keyEnv} ${why}`]);
  const text = secrets.readKeyFile(keyEnv);
  const file = tryJson(text);
  const [email, pem, keyId, tokenUri] = ['client_email', 'private_key', 'private_key_id', 'token_uri'].map((key) =>
    textOf(own(file, key)),
  ) as [string, string, string, string];
  if (email === '' || pem === '') throw wrong('holds no key file of a service account (JSON)');
  const key = tryKey(pem);
  if (key?.asymmetricKeyType !== 'rsa') throw wrong('holds a private_key that cannot be read');
  if (tokenEndpoint === undefined && tokenUri !== '' && !isGoogleToken(tokenUri)) {
    throw wrong('holds a token_uri that is not of Google; name it as tokenEndpoint in the settings if it is right');
  }
  return { email, key, keyId, tokenEndpoint: tokenEndpoint ?? (tokenUri === '' ? TOKEN_ENDPOINT : tokenUri) };
}

/** Anyone who receives the signed JWT can log in with it. */
function isGoogleToken(uri: string): boolean {
  if (!URL.canParse(uri)) return false;
  const { protocol, hostname } = new URL(uri);
  return isLoopbackHost(hostname) || (protocol === 'https:' && GOOGLE_HOST.test(hostname));
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function tryKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}

/**
 * Throws the {@link ServiceError} for an error of Google's APIs: too many requests at once are worth a pause, an
 * exhausted hourly or daily quota isn't.
 */
export function expectGoogleOk(reply: ServiceReply, email?: string): void {
  const { status } = reply;
  if (status !== 403 && status !== 429) return expectOk(reply);
  const error = errorOf(reply);
  if (
    /rateLimitExceeded/i.test(error.reason) ||
    (status === 429 && /concurrent|per (minute|second)/i.test(error.message))
  ) {
    throw new ServiceError('pause', `HTTP ${status}: ${error.message}`);
  }
  if (/quota/i.test(error.reason) || /exhausted|quota/i.test(error.message)) {
    throw new ServiceError('stop', `HTTP ${status}: ${error.message}`);
  }
  if (status === 429) return expectOk(reply);
  throw new ServiceError('stop', `HTTP 403: ${error.message}${email === undefined ? '' : ` (asked as ${email})`}`);
}

/** Reads the message and reason of `{"error":{"code","message","status","errors":[{"reason"}]}}`. */
function errorOf(reply: ServiceReply): { readonly message: string; readonly reason: string } {
  const error = own(tryJson(reply.text), 'error');
  const errors = own(error, 'errors');
  const reason = Array.isArray(errors) ? textOf(own(errors[0], 'reason')) : '';
  return { message: textOf(own(error, 'message')) || describeFailure(reply), reason };
}
