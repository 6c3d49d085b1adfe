import { bylineError } from '../errors.ts';
import type { ConcurrencyMode } from '../model/run-facts.ts';
import type { BulkJobs } from './bulk-job.ts';
import type { Run } from './run.ts';

/** Attempts to create a job after lost answers; before each, the org is searched for the job. */
const TRIES = 4;
/** How far the org's clock, which dates jobs, may be off. */
const CLOCK_SKEW_MS = 60_000;
/** The latest a job can be created after its request; no request takes longer. */
const LATEST_MS = 180_000;
/** The most searches for a job, and milliseconds between them. */
const SEARCHES = 5;
const SEARCH_PAUSE_MS = 2000;

/** A job, and whether the org may have created another one that was not found. */
export type OpenedJob = { readonly id: string; readonly mayHaveStray: boolean };

/** Creates a job. If the answer is lost, searches the org for an unused job first. */
export async function openJob(
  run: Run,
  bulk: BulkJobs,
  mode: ConcurrencyMode,
  signal: AbortSignal,
): Promise<OpenedJob> {
  await run.write({ fact: 'opening', mode });
  for (let tried = 1; ; tried += 1) {
    const answer = await bulk.createJob(mode, signal);
    const id = 'id' in answer ? answer.id : await findLostJob(run, bulk, mode, signal);
    if (id !== undefined) {
      await run.write({ fact: 'job', job: id, mode });
      return { id, mayHaveStray: tried > 1 };
    }
    if (tried === TRIES) throw bylineError('jobNotCreated', ['outcomeUnknown' in answer ? answer.outcomeUnknown : '']);
    await run.clock.wait(500 * tried, signal);
  }
}

/**
 * Finds the job whose answer was lost: the only one without batches created around the time of the request. Searches
 * until two results in a row agree: by then, a request in flight has arrived, and jobs of other runs have a batch.
 */
export async function findLostJob(
  run: Run,
  bulk: BulkJobs,
  mode: ConcurrencyMode,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { openingAt } = run.state;
  let before: string | undefined;
  for (let search = 0; search < SEARCHES; search += 1) {
    const found = await bulk.findEmptyJobs(openingAt - CLOCK_SKEW_MS, openingAt + LATEST_MS, mode, signal);
    const now = found.toSorted().join();
    if (now === before) return found.length === 1 ? found[0] : undefined;
    before = now;
    await run.clock.wait(SEARCH_PAUSE_MS, signal);
  }
  return undefined;
}
