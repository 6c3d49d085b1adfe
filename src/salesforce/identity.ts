import type { OrgIdentity } from '../model/run-facts.ts';
import { loginName } from './connection.ts';
import { readJson, unreadable } from './org-reply.ts';
import type { OrgSession } from './session.ts';

/** Says whose session it is (OpenID Connect, "UserInfo Endpoint"); `sf org login access-token` asks the same. */
const USER_INFO = { api: 'rest', method: 'GET', path: '/services/oauth2/userinfo' } as const;

/** What a run says of its org. The name of the user is asked for where the CLI knows no more than an access token. */
export async function identify(session: OrgSession, orgId: string, signal: AbortSignal): Promise<OrgIdentity> {
  const username = session.username ?? (await askUsername(session, signal));
  return { username, orgId: toLongId(orgId), instanceUrl: session.instanceUrl };
}

async function askUsername(session: OrgSession, signal: AbortSignal): Promise<string> {
  const reply = await session.send({ ...USER_INFO, signal });
  const { preferred_username: name } = readJson<{ preferred_username?: unknown }>(reply, USER_INFO);
  const username = typeof name === 'string' ? loginName(name) : undefined;
  if (username === undefined) throw unreadable(reply, USER_INFO);
  return username;
}

const SUFFIXES = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/** The 18 characters of an id of 15: of each five, a character says which are capitals (Object Reference, "ID Field Type"). */
function toLongId(id: string): string {
  if (id.length !== 15) return id;
  const capitals = (block: string): number =>
    [...block].reduce((bits, character, at) => bits | (/[A-Z]/.test(character) ? 1 << at : 0), 0);
  return id + [id.slice(0, 5), id.slice(5, 10), id.slice(10)].map((block) => SUFFIXES[capitals(block)]).join('');
}
