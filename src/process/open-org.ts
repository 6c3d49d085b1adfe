import type { Org } from '@salesforce/core';
import { bylineError } from '../errors.ts';
import { RequestCounter } from '../http/request-counter.ts';
import type { OrgIdentity } from '../model/run-facts.ts';
import type { Clock } from '../model/clock.ts';
import { loginName } from '../salesforce/connection.ts';
import { identify } from '../salesforce/identity.ts';
import { OrgSession } from '../salesforce/session.ts';
import { realClock } from './clock.ts';
import { sentRequests } from './sent-requests.ts';
import { sharedDispatcher } from './shared-dispatcher.ts';

export type ConnectedOrg = {
  readonly session: OrgSession;
  readonly counter: RequestCounter;
  /** The clock for waits on the org. */
  readonly clock: Clock;
};

/** An org as a run uses it. */
export type OpenOrg = ConnectedOrg & { readonly identity: OrgIdentity };

/** Limits for the use of an org. */
export type OrgBounds = {
  readonly apiVersion: string | undefined;
  /** The most requests this command sends to the org. */
  readonly maxRequests?: number | undefined;
  /** Milliseconds to wait for a query job; a default if missing. */
  readonly waitMs?: number | null | undefined;
};

/** Uses the connection that the user has authorized with the CLI. */
export function connectOrg(org: Org, { apiVersion, maxRequests, waitMs }: OrgBounds): ConnectedOrg {
  const connection = connect(org, apiVersion);
  const counter = new RequestCounter(connection.instanceUrl, sentRequests());
  const session = new OrgSession({
    connection,
    dispatcher: sharedDispatcher(),
    counter,
    maxRequests,
    jobWaitMs: waitMs ?? undefined,
    now: Date.now,
    random: Math.random,
  });
  return { session, counter, clock: realClock };
}

/** Like {@link connectOrg}, with the org's identity, which is requested if the login doesn't have it. */
export async function openOrg(org: Org, bounds: OrgBounds, signal: AbortSignal): Promise<OpenOrg> {
  const connected = connectOrg(org, bounds);
  return { ...connected, identity: await identify(connected.session, org.getOrgId(), signal) };
}

function connect(org: Org, apiVersion: string | undefined): ReturnType<Org['getConnection']> {
  try {
    return org.getConnection(apiVersion);
  } catch (cause) {
    throw bylineError('orgUnreachable', [loginName(org.getUsername()) ?? org.getOrgId(), (cause as Error).message], {
      cause,
    });
  }
}
