import { bylineError } from '../errors.ts';
import type { ConcurrencyMode } from '../model/run-facts.ts';
import type { BulkJobs } from './bulk-job.ts';
import type { Run } from './run.ts';

/** Times a job is asked for whose answer is lost, each time after the org was asked and did not have it. */
const TRIES = 4;
/** A job's creation time is by the org's clock, which we know up to this error. */
const CLOCK_SKEW_MS = 60_000;
/** A job is created at most this long after it was asked for: no request lasts longer. */
const LATEST_MS = 180_000;
/** How often the org is asked for it at most, and milliseconds in between. */
const LOOKS = 5;
const LOOK_MS = 2000;

/** A job, and whether another one may have been created in vain, which was not there when the org was asked. */
export type OpenedJob = { readonly id: string; readonly straggler: boolean };

/** Creates a job. Where the answer is lost, the org is asked for a job nobody has used. */
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
      return { id, straggler: tried > 1 };
    }
    if (tried === TRIES) throw bylineError('jobNotCreated', ['outcomeUnknown' in answer ? answer.outcomeUnknown : '']);
    await run.clock.wait(500 * tried, signal);
  }
}

/**
 * The job a lost answer was about. The org is asked until it says the same twice, a moment apart: then what was on its way
 * has arrived, and a job of another run has its first batch. Ours is the only one without batches that was created about
 * when we asked.
 */
export async function findLostJob(
  run: Run,
  bulk: BulkJobs,
  mode: ConcurrencyMode,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { openingAt } = run.state;
  let before: string | undefined;
  for (let look = 0; look < LOOKS; look += 1) {
    const found = await bulk.findEmptyJobs(openingAt - CLOCK_SKEW_MS, openingAt + LATEST_MS, mode, signal);
    const now = found.toSorted().join();
    if (now === before) return found.length === 1 ? found[0] : undefined;
    before = now;
    await run.clock.wait(LOOK_MS, signal);
  }
  return undefined;
}
