import { toLongId } from '../model/record-id.ts';
import type { OrgIdentity } from '../model/run-facts.ts';
import { loginName } from './connection.ts';
import { readOrgJson, unreadable } from './org-reply.ts';
import type { OrgSession } from './session.ts';

/** Returns the user of the session (OpenID Connect, "UserInfo Endpoint"); `sf org login access-token` uses it too. */
const USER_INFO = { api: 'rest', method: 'GET', path: '/services/oauth2/userinfo' } as const;

/** The org of a run. The user name is requested if the CLI only has an access token. */
export async function identify(session: OrgSession, orgId: string, signal: AbortSignal): Promise<OrgIdentity> {
  const username = session.username ?? (await askUsername(session, signal));
  return { username, orgId: toLongId(orgId), instanceUrl: session.instanceUrl };
}

async function askUsername(session: OrgSession, signal: AbortSignal): Promise<string> {
  const reply = await session.send({ ...USER_INFO, signal });
  const { preferred_username: name } = readOrgJson<{ preferred_username?: unknown }>(reply, USER_INFO);
  const username = typeof name === 'string' ? loginName(name) : undefined;
  if (username === undefined) throw unreadable(reply, USER_INFO);
  return username;
}
