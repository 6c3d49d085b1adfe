import type { Connection } from '@salesforce/core';
import type { Dispatcher } from 'undici';
import type { RequestCounter } from '../http/request-counter.ts';
import type { wait } from '../http/wait.ts';

/** What the session needs of core's Connection. Token and URL are read at each request: a refresh changes them. */
export type OrgConnection = Pick<
  Connection,
  'accessToken' | 'instanceUrl' | 'version' | 'refreshAuth' | 'getUsername'
> &
  Partial<Pick<Connection, 'getAuthInfoFields'>>;

/** A name the CLI has for a login, where it is one: an org that is known only by its access token has that instead. */
export function loginName(name: string | undefined): string | undefined {
  return name === undefined || name === '' || /^00D\w{12,15}!/.test(name) ? undefined : name;
}

export type SessionOptions = {
  readonly connection: OrgConnection;
  readonly dispatcher: Dispatcher;
  readonly counter: RequestCounter;
  /** No request is sent that would pass this many; `undefined` is no limit. */
  readonly maxRequests?: number | undefined;
  /** Milliseconds to wait for a job that reads; as long as for one that writes unless given. */
  readonly jobWaitMs?: number | undefined;
  readonly now: () => number;
  readonly random: () => number;
  /** How to wait, and milliseconds for one request, where a test has no time for the real ones. */
  readonly wait?: typeof wait;
  readonly timeoutMs?: number;
};
