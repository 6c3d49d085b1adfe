import { bylineError } from '../errors.ts';
import { batchesToWrite, requestsToWrite, storageMb, type Writes } from '../model/requests.ts';
import { nextRow } from '../model/run-rows.ts';
import type { OrgLimits } from '../model/org-limits.ts';
import type { OpenOrg } from '../process/open-org.ts';
import type { OpenRun } from './open-run.ts';

/**
 * Throws an error if what a run still needs exceeds its limit of API requests or what the org has left; with a history,
 * also batches and storage. A run that stopped halfway would waste its requests. Until the plan is complete, its
 * remaining records are assumed to change as often as those before. If their number is unknown, only planned changes
 * count.
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

/** The rows the whole plan will write, and how many history rows are new. */
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
