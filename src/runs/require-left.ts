import { bylineError } from '../errors.ts';
import { batchesToWrite, requestsToWrite, storageMb, type Writes } from '../model/requests.ts';
import { nextRow } from '../model/run-rows.ts';
import type { OrgLimits } from '../model/org-limits.ts';
import type { OpenOrg } from '../process/open-org.ts';
import type { OpenRun } from './open-run.ts';

/**
 * Holds what a run still takes in API requests against what it may send and what the org has left, and of a history its
 * batches and its storage, and throws an error where that is not enough: a run that stopped half way would cost its requests
 * and have to be resumed. As long as the plan is not complete, the rest of its `records` is taken to change as often as those
 * before; where it is not known how many there are, only what is planned counts.
 */
export function requireLeft(
  run: OpenRun,
  { session, identity }: OpenOrg,
  { records, limits = null }: { readonly records: number | null; readonly limits?: OrgLimits | null },
): void {
  const { api, batchSize } = run.state.settings;
  const expected = expectWrites(run, records);
  const left: Writes = {
    changes: expected.changes - nextRow(run.part('update').state),
    history: expected.history - nextRow(run.part('upsert').state),
  };
  const wanted = requestsToWrite(api, left, batchSize);
  const { allowed, usage } = session;
  const texts = [String(left.changes), String(wanted)];
  if (allowed !== undefined && wanted > allowed) {
    throw bylineError('apiRequestsNotAllowed', [...texts, String(allowed)], {
      actionTokens: [String(run.requests + wanted)],
    });
  }
  if (usage && wanted > usage.max - usage.used) {
    const requests = String(Math.max(0, usage.max - usage.used));
    throw bylineError('apiRequestsNotLeft', [...texts, identity.username, requests]);
  }
  if (!limits) return;
  const { batches, storage } = limits;
  const wantedBatches = batchesToWrite(api, left, batchSize);
  if (batches && wantedBatches > batches.remaining) {
    throw bylineError('batchesNotLeft', [String(wantedBatches), identity.username, String(batches.remaining)]);
  }
  const megabytes = Math.ceil(storageMb(expected.created));
  if (storage && megabytes > storage.remaining) {
    const numbers = [String(expected.created), String(megabytes), identity.username, String(storage.remaining)];
    throw bylineError('storageNotLeft', numbers);
  }
}

/** What the whole plan is to write, and how many rows of the history are new. */
function expectWrites({ plan, state }: OpenRun, records: number | null): Writes & { readonly created: number } {
  const { tally, complete } = plan.progress;
  const planned = { changes: plan.size, history: plan.historySize, created: tally?.history?.created ?? 0 };
  if (complete || state.tally || !tally || tally.queried === 0 || records === null) return planned;
  const share = Math.max(1, records / tally.queried);
  return {
    changes: Math.round(planned.changes * share),
    history: Math.round(planned.history * share),
    created: Math.round(planned.created * share),
  };
}
