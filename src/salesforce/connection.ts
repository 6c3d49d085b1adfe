import type { Connection } from '@salesforce/core';
import type { Dispatcher } from 'undici';
import type { RequestCounter } from '../http/request-counter.ts';
import type { wait } from '../http/wait.ts';

/**
 * The part of core's Connection that the session uses. Token and URL are read at each request, because a refresh
 * changes them.
 */
export type OrgConnection = Pick<
  Connection,
  'accessToken' | 'instanceUrl' | 'version' | 'refreshAuth' | 'getUsername'
> &
  Partial<Pick<Connection, 'getAuthInfoFields'>>;

/** The name of a login in the CLI. An org known only by its access token has the token instead of a name. */
export function loginName(name: string | undefined): string | undefined {
  return name === undefined || name === '' || /^00D\w{12,15}!/.test(name) ? undefined : name;
}

export type SessionOptions = {
  readonly connection: OrgConnection;
  readonly dispatcher: Dispatcher;
  readonly counter: RequestCounter;
  /** The most requests the session sends; `undefined` is unlimited. */
  readonly maxRequests?: number | undefined;
  /** Milliseconds to wait for a query job; by default as long as for an update job. */
  readonly jobWaitMs?: number | undefined;
  readonly now: () => number;
  readonly random: () => number;
  /** Replaces waiting and the request timeout in tests. */
  readonly wait?: typeof wait;
  readonly timeoutMs?: number;
};
