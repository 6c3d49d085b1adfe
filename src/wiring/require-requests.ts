import { bylineError } from '../errors.ts';
import { requestsToWrite } from '../model/requests.ts';
import { nextRow } from '../model/run-rows.ts';
import type { OpenOrg } from './org.ts';
import type { OpenRun } from './open-run.ts';

/**
 * Holds what a run still takes in API requests against what it may send and what the org has left, and throws an error
 * where that is not enough: a run that stopped half way would cost its requests and have to be resumed. As long as the plan
 * is not complete, the rest of its `records` is taken to change as often as those before; where it is not known how many
 * there are, only what is planned counts.
 */
export function requireRequests(run: OpenRun, { session, identity }: OpenOrg, records: number | null): void {
  const { api, batchSize } = run.state.settings;
  const changes = expectChanges(run, records) - nextRow(run.state);
  const wanted = requestsToWrite(api, changes, batchSize);
  const { allowed, usage } = session;
  const texts = [String(changes), String(wanted)];
  if (allowed !== undefined && wanted > allowed) {
    throw bylineError('apiRequestsNotAllowed', [...texts, String(allowed)], {
      actionTokens: [String(run.requests + wanted)],
    });
  }
  if (usage && wanted > usage.max - usage.used) {
    const left = String(Math.max(0, usage.max - usage.used));
    throw bylineError('apiRequestsNotLeft', [...texts, identity.username, left]);
  }
}

function expectChanges({ plan, state }: OpenRun, records: number | null): number {
  const { tally, complete } = plan.progress;
  if (complete || state.tally || !tally || tally.queried === 0 || records === null) return plan.size;
  return Math.max(plan.size, Math.round((plan.size / tally.queried) * records));
}
