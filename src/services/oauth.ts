import { basic, bearer } from './authorization.ts';
import { own, readJson, textOf } from './reply.ts';
import { postForm } from './request.ts';
import { type Ask, type ServiceReply, type ServiceRequest, type ServiceSecrets, ServiceError } from './service.ts';

/** Makes the request for an access token. */
type Grant = () => ServiceRequest | Promise<ServiceRequest>;

/**
 * An {@link Ask} that adds an access token to each request. All requests share one token. A reply with HTTP 401 has the
 * token replaced once; if the new one is refused too, `read` gets the reply.
 */
export function withAccessToken(grant: Grant, secrets: Pick<ServiceSecrets, 'remember'>): (ask: Ask) => Ask {
  const tokens = new AccessTokens(grant, secrets);
  return (ask) => async (request, read) => {
    const authorize = (token: string): ServiceRequest => ({
      ...request,
      headers: { ...request.headers, authorization: bearer(token) },
    });
    const token = await tokens.get(ask);
    const found = await ask(authorize(token), (reply) => (reply.status === 401 ? EXPIRED : read(reply)));
    return found === EXPIRED ? ask(authorize(await tokens.get(ask, token)), read) : found;
  };
}

const EXPIRED = Symbol('expired');

/** The grant of client credentials (RFC 6749, section 4.4). */
export function clientCredentials(
  tokenEndpoint: string,
  client: { readonly id: string; readonly secret: string },
  secrets: Pick<ServiceSecrets, 'remember'>,
): ServiceRequest {
  const request = postForm(tokenEndpoint, { grant_type: 'client_credentials' });
  return { ...request, headers: { authorization: basic(client.id, client.secret, secrets), ...request.headers } };
}

class AccessTokens {
  private readonly grant: Grant;
  private readonly secrets: Pick<ServiceSecrets, 'remember'>;
  private current: Promise<string> | undefined;

  public constructor(grant: Grant, secrets: Pick<ServiceSecrets, 'remember'>) {
    this.grant = grant;
    this.secrets = secrets;
  }

  /** Returns the current token, or a new one if that is the one that has `expired`. */
  public async get(ask: Ask, expired?: string): Promise<string> {
    const known = this.current;
    if (known && expired !== undefined && (await known) === expired && this.current === known) this.current = undefined;
    return (this.current ??= this.fetch(ask));
  }

  private async fetch(ask: Ask): Promise<string> {
    try {
      const token = await ask(await this.grant(), readToken);
      this.secrets.remember(token);
      return token;
    } catch (error) {
      this.current = undefined;
      throw error;
    }
  }
}

/** Reads the access token in a reply. Without one, the service can't be asked, so any error stops it. */
export function readToken(reply: ServiceReply): string {
  try {
    const value = readJson(reply);
    const token = textOf(own(value, 'access_token'));
    if (token !== '') return token;
    throw new ServiceError('stop', textOf(own(value, 'error')) || 'none in the answer');
  } catch (error) {
    if (!(error instanceof ServiceError) || error.action === 'retry' || error.action === 'pause') throw error;
    throw new ServiceError('stop', `no access token: ${error.message}`);
  }
}
