import { own, readJson, textOf } from './reply.ts';
import { type Ask, type ServiceReply, type ServiceRequest, ServiceError } from './service.ts';

/** Gives an access token: the one there is, or a new one where that is the one that has `expired`. */
export type TokenOf = (ask: Ask, expired?: string) => Promise<string>;

/** Fetches one token for all that need it, and another one when the one they have has expired; `grant` makes the request. */
export function tokenKeeper(
  grant: () => ServiceRequest | Promise<ServiceRequest>,
  remember: (token: string) => void,
): TokenOf {
  let current: Promise<string> | undefined;
  const fetch = async (ask: Ask): Promise<string> => {
    try {
      const token = await ask(await grant(), readToken);
      remember(token);
      return token;
    } catch (error) {
      current = undefined;
      throw error;
    }
  };
  return async (ask, expired) => {
    const known = current;
    if (known && expired !== undefined && (await known) === expired && current === known) current = undefined;
    return (current ??= fetch(ask));
  };
}

/** Asks with a token, and with another one where the first has expired (HTTP 401). A fresh one that is refused is for `read`. */
export async function askWithToken<T>(
  ask: Ask,
  tokenOf: TokenOf,
  toRequest: (token: string) => ServiceRequest,
  read: (reply: ServiceReply) => T,
): Promise<T> {
  const token = await tokenOf(ask);
  const found = await ask(toRequest(token), (reply) => (reply.status === 401 ? EXPIRED : read(reply)));
  return found === EXPIRED ? ask(toRequest(await tokenOf(ask, token)), read) : found;
}

const EXPIRED = Symbol('expired');

/** The access token of a grant. Without one the service is of no use, so whatever is wrong with the reply stops it. */
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
