import { Org } from '@salesforce/core';
import { bylineError } from '../errors.ts';
import type { OrgIdentity } from '../model/run-facts.ts';
import type { RunState } from '../model/run-state.ts';
import { type OpenOrg, openOrg, type OrgBounds } from './open-org.ts';

/** The org that flags select. */
export type NamedOrg = OrgBounds & { readonly org: Org | undefined };

/**
 * Opens the org of a run: the named one, or the one the run began with, at the API version of its jobs unless another
 * is named. Throws an error if the named org is a different one.
 */
export async function openOrgOfRun(state: RunState, named: NamedOrg, signal: AbortSignal): Promise<OpenOrg> {
  const chosen = named.org ?? (await findLogin(state.org.username));
  const org = await openOrg(chosen, { ...named, apiVersion: named.apiVersion ?? state.apiVersion }, signal);
  requireSameOrg({ kind: 'run', name: state.runId, org: state.org }, org.identity);
  return org;
}

/**
 * The login of the user a run began as. If the CLI has none, because the run used an access token, the default org,
 * which is then checked like a named one.
 */
async function findLogin(username: string): Promise<Org> {
  try {
    return await Org.create({ aliasOrUsername: username });
  } catch (error) {
    if ((error as Error).name !== 'NamedOrgNotFoundError') throw error;
    return await Org.create({}).catch(() => {
      throw error;
    });
  }
}

/**
 * Throws an error if the org isn't the one a run or a plan belongs to. A refreshed sandbox is another org, with another
 * id, although its user names are the same.
 */
export function requireSameOrg(
  { kind, name, org }: { kind: 'run' | 'plan'; name: string; org: OrgIdentity },
  { orgId, username }: OrgIdentity,
): void {
  if (orgId.slice(0, 15) === org.orgId.slice(0, 15)) return;
  if (username === org.username) {
    const key = kind === 'run' ? 'runOfRefreshedOrg' : 'planOfRefreshedOrg';
    throw bylineError(key, [name, org.orgId, username, orgId]);
  }
  const key = kind === 'run' ? 'runOfOtherOrg' : 'planOfOtherOrg';
  throw bylineError(key, [name, org.orgId, org.username, orgId, username]);
}

/** The org whose records are counted: the named or the default one. Throws an error if there is neither. */
export async function requireOrgToCount(named: Org | undefined): Promise<Org> {
  try {
    return named ?? (await Org.create({}));
  } catch (cause) {
    throw (cause as Error).name === 'NoUsernameFoundError' ? bylineError('nothingToCount', [], { cause }) : cause;
  }
}
