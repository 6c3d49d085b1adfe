import { Org } from '@salesforce/core';
import { bylineError } from '../errors.ts';
import { findRun } from '../journal/runs.ts';
import type { RunState } from '../model/run-state.ts';
import { type OpenOrg, openOrg } from './org.ts';

/** The run a user means. Throws an error where no run on this machine has the job. */
export async function requireRun(folder: string, job: string | undefined): Promise<RunState> {
  const state = await findRun(folder, job);
  if (!state) throw bylineError('runNotHere', [job ?? '']);
  return state;
}

/** What flags say of the org. */
export type NamedOrg = { readonly org: Org | undefined; readonly apiVersion: string | undefined };

/**
 * The org of a run: the one named, or the one the run was begun with, at the API version of its jobs unless another is
 * named. Throws an error where the named org is another.
 */
export async function openOrgOfRun(state: RunState, named: NamedOrg, signal: AbortSignal): Promise<OpenOrg> {
  const chosen = named.org ?? (await findLogin(state.org.username));
  const org = await openOrg(chosen, { apiVersion: named.apiVersion ?? state.apiVersion }, signal);
  if (org.identity.orgId.slice(0, 15) !== state.org.orgId.slice(0, 15)) {
    throw bylineError('runOfOtherOrg', [state.runId, state.org.username, org.identity.username]);
  }
  return org;
}

/**
 * The login of the user a run was begun as. Where the CLI has none, as it was begun with an access token, the default org:
 * whether it is the run's is checked like that of an org that is named.
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

/** The org whose records are counted: the one named, or the default one. Throws an error where there is neither. */
export async function requireOrgToCount(named: Org | undefined): Promise<Org> {
  try {
    return named ?? (await Org.create({}));
  } catch (cause) {
    throw (cause as Error).name === 'NoUsernameFoundError' ? bylineError('nothingToCount', [], { cause }) : cause;
  }
}
