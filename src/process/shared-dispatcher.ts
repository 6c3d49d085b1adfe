import type { Dispatcher } from 'undici';
import { bylineError } from '../errors.ts';
import { wrongProxies } from '../http/proxies.ts';
import { createDispatcher } from '../http/send-request.ts';

/** The connection pool of the process. */
let dispatcher: Dispatcher | undefined;
export function sharedDispatcher(): Dispatcher {
  try {
    return (dispatcher ??= createDispatcher());
  } catch (cause) {
    throw bylineError('proxyInvalid', [wrongProxies(process.env).join(', ')], { cause });
  }
}
