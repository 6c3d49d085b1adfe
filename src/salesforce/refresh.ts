import { bylineError } from '../errors.ts';
import { withRetry } from '../http/retry.ts';
import { orAbort, wait as realWait } from '../http/wait.ts';
import { loginName, type SessionOptions } from './connection.ts';

/** The CLI's library sends a refresh once; with retries, a short outage doesn't look like the end of the session. */
const RETRIES = 3;
const TIMEOUT_MS = 60_000;

/** Refreshes the token. Throws an error that says to log in again if the org returns none. */
export async function refreshToken(options: SessionOptions): Promise<void> {
  const { connection, random, wait = realWait, timeoutMs = TIMEOUT_MS } = options;
  try {
    await withRetry(() => orAbort(connection.refreshAuth(), AbortSignal.timeout(timeoutMs)), {
      ...{ retries: RETRIES, baseMs: 500, maxMs: 5000, random },
      wait,
      // This name means that the login can't be refreshed.
      delayFor: (error) => ((error as Error).name === 'INVALID_SESSION_ID' ? false : undefined),
    });
  } catch (cause) {
    const { instanceUrl } = connection;
    const user = loginName(connection.getUsername()) ?? instanceUrl;
    throw bylineError('sessionExpired', [user], { actionTokens: [instanceUrl], cause });
  }
}
