import { AuthInfo, Lifecycle } from '@salesforce/core';
import type { EmulatedOrg } from '../emulator/org/org.ts';

/** What logging in needs of an org. */
export type Loginable = Pick<EmulatedOrg, 'url' | 'username' | 'refreshToken' | 'accessToken'>;

/**
 * Logs in to the emulated org, as `env` has it: its HOME is where the CLI's files go. In this process, as a child would
 * need half a second; so no two at a time.
 */
export function logIn(
  org: Loginable,
  kind: 'access' | 'refresh',
  env: Readonly<Record<string, string>>,
): Promise<void> {
  loggingIn = loggingIn.then(() => saveAuth(org, kind, env));
  return loggingIn;
}

let loggingIn = Promise.resolve();

// That the emulated org speaks plain http is no news.
Lifecycle.getInstance().onWarning(async () => undefined);

async function saveAuth(
  org: Loginable,
  kind: 'access' | 'refresh',
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const { url, username } = org;
  const before = { ...process.env };
  Object.assign(process.env, env);
  try {
    const auth = await AuthInfo.create(
      kind === 'access'
        ? { username, accessTokenOptions: { accessToken: org.accessToken(), instanceUrl: url, loginUrl: url } }
        : { username, oauth2Options: { loginUrl: url, refreshToken: org.refreshToken, clientId: 'PlatformCLI' } },
    );
    // The CLI keeps the time as the machine's locale writes it, and asks for the versions again where it cannot read that.
    await auth.save({ instanceApiVersionLastRetrieved: new Date().toISOString() });
  } finally {
    for (const name of Object.keys(env)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
}
