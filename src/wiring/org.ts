import type { Org } from '@salesforce/core';
import type { Dispatcher } from 'undici';
import { bylineError } from '../errors.ts';
import { createDispatcher } from '../http/attempt.ts';
import { wrongProxies } from '../http/proxies.ts';
import { RequestCounter } from '../http/request-counter.ts';
import type { OrgIdentity } from '../model/run-facts.ts';
import type { Clock } from '../pipeline/run.ts';
import { OrgSession } from '../salesforce/session.ts';
import { realClock } from './clock.ts';

/** An org as a run uses it. */
export type OpenOrg = {
  readonly identity: OrgIdentity;
  readonly session: OrgSession;
  readonly counter: RequestCounter;
  /** The time those who wait for the org go by. */
  readonly clock: Clock;
};

/** All sockets of the process. */
let dispatcher: Dispatcher | undefined;
export function sharedDispatcher(): Dispatcher {
  try {
    return (dispatcher ??= createDispatcher());
  } catch (cause) {
    throw bylineError('proxyInvalid', [wrongProxies(process.env).join(', ')], { cause });
  }
}

/** Takes up the connection the user has authorised with the CLI. `maxRequests` bounds what is sent to the org from here on. */
export function openOrg(org: Org, apiVersion: string | undefined, maxRequests?: number): OpenOrg {
  const connection = connect(org, apiVersion);
  const counter = new RequestCounter(connection.instanceUrl);
  const session = new OrgSession({
    connection,
    dispatcher: sharedDispatcher(),
    counter,
    maxRequests,
    now: Date.now,
    random: Math.random,
  });
  const identity = {
    username: org.getUsername() ?? '',
    orgId: org.getOrgId(),
    instanceUrl: session.instanceUrl,
  };
  return { identity, session, counter, clock: realClock };
}

function connect(org: Org, apiVersion: string | undefined): ReturnType<Org['getConnection']> {
  try {
    return org.getConnection(apiVersion);
  } catch (cause) {
    throw bylineError('orgUnreachable', [org.getUsername() ?? '', (cause as Error).message], { cause });
  }
}
