// Logs in to the emulated org as a process of its own, so that HOME can be another one: `login.ts URL USERNAME TOKEN KIND`.
import { AuthInfo } from '@salesforce/core';

const [url, username, token, kind] = process.argv.slice(2) as [string, string, string, 'access' | 'refresh'];
const auth = await AuthInfo.create(
  kind === 'access'
    ? { username, accessTokenOptions: { accessToken: token, instanceUrl: url, loginUrl: url } }
    : { username, oauth2Options: { loginUrl: url, refreshToken: token, clientId: 'PlatformCLI' } },
);
await auth.save();
