import { type Answer, type BatchInfo, isFinal } from '../model/bulk.ts';
import { PollPace } from '../model/poll-pace.ts';
import { bylineError } from '../errors.ts';
import { BulkClient } from './bulk-client.ts';
import { SalesforceApiError } from './api-error.ts';
import type { OrgSession } from './session.ts';

/** Attempts to create a job before lost answers are an error. */
const TRIES = 4;
/** Milliseconds before the first poll. */
const FIRST_POLL_MS = 1000;
/** How far the org's clock, which dates jobs, may be off. */
const CLOCK_SKEW_MS = 60_000;
/** Milliseconds from the creation of a job to its batch, with some to spare. */
const MOMENT_MS = 500;
/** Milliseconds to end a job after the run was interrupted or failed. */
const END_MS = 1500;

/** Codes that refuse the Bulk API as a whole, not one request (Bulk API Developer Guide, "Errors"). */
const NOT_ALLOWED = new Set(['FeatureNotEnabled', 'InvalidEntity', 'InvalidUser', 'API_DISABLED_FOR_ORG']);

/** The org doesn't allow bulk queries for this user or object. */
export class BulkNotAllowed extends Error {
  public override readonly name = 'BulkNotAllowed';
}

/** The paths of the result files below `/services/async/NN.N/`, and the number of records the org reports. */
export type QueryResult = { readonly paths: readonly string[]; readonly records: number };

/**
 * Runs one query as a job and returns where its result is. The job is closed as soon as it has its batch, and aborted
 * if its end isn't awaited. A query leaves nothing behind in the org, so after a lost answer the job is aborted and a
 * new one created. Throws {@link BulkNotAllowed}, the org's error if the query fails, or an error naming the job if it
 * takes longer than the session waits for jobs.
 */
export async function runBulkQuery(
  session: OrgSession,
  object: string,
  soql: string,
  signal: AbortSignal,
): Promise<QueryResult> {
  const query = new QueryJobs(new BulkClient(session, object, { operation: 'query' }), session, signal);
  try {
    return await query.run(soql);
  } catch (error) {
    if (error instanceof SalesforceApiError && NOT_ALLOWED.has(error.code)) {
      throw new BulkNotAllowed(`${error.code}: ${error.message}`, { cause: error });
    }
    throw error;
  } finally {
    await query.clearUp();
  }
}

class QueryJobs {
  private readonly bulk: BulkClient;
  private readonly session: OrgSession;
  private readonly signal: AbortSignal;
  private readonly startedAt = Date.now();
  private job: string | undefined;
  /** Jobs that may have been created without a known id. */
  private lost = 0;

  public constructor(bulk: BulkClient, session: OrgSession, signal: AbortSignal) {
    this.bulk = bulk;
    this.session = session;
    this.signal = signal;
  }

  public async run(soql: string): Promise<QueryResult> {
    const { job, batch } = await this.begin(soql);
    const { jobWaitMs } = this.session;
    const pace = new PollPace(0);
    let [waited, pause] = [0, FIRST_POLL_MS];
    for (;;) {
      await this.session.wait(pause, this.signal);
      waited += pause;
      const info = (await this.bulk.listBatches(job, this.signal)).find(({ id }) => id === batch);
      if (info && isFinal(info)) return this.results(job, info);
      if (waited >= jobWaitMs) throw bylineError('queryUnfinished', [job, minutes(waited)], { exitCode: 69 });
      // A query shows no progress until it is complete.
      pause = Math.min(pace.next(waited, 0, 1), Math.max(jobWaitMs - waited, FIRST_POLL_MS));
    }
  }

  private async results(job: string, info: BatchInfo): Promise<QueryResult> {
    this.job = undefined;
    requireCompleted(info, job);
    const results = await this.bulk.listResults(job, info.id, this.signal).catch(unlessNothing(info));
    const paths = results.map((result) => `job/${job}/batch/${info.id}/result/${result}`);
    return { paths, records: info.recordsProcessed };
  }

  /** Aborts the running job and jobs whose ids are unknown. */
  public async clearUp(): Promise<void> {
    const signal = AbortSignal.timeout(END_MS);
    // The first error is reported. The org ends an idle job by itself.
    if (this.job !== undefined) await this.bulk.abortJob(this.job, signal).catch(() => undefined);
    if (this.lost > 0) await this.abortLost(signal).catch(() => undefined);
    this.session.cleanupReservations.delete(this.bulk);
  }

  /** Creates a job with the query as its only batch. */
  private async begin(soql: string): Promise<{ job: string; batch: string }> {
    for (let tried = 1; ; tried += 1) {
      const created = await this.create();
      const added = 'id' in created ? await this.fill(created.id, soql) : created;
      if ('id' in created && 'id' in added) return { job: created.id, batch: added.id };
      if (tried === TRIES) throw bylineError('jobNotCreated', ['outcomeUnknown' in added ? added.outcomeUnknown : '']);
      await this.session.wait(500 * tried, this.signal);
    }
  }

  private async create(): Promise<Answer> {
    this.lost += 1;
    try {
      const created = await this.bulk.createJob('Parallel', this.signal);
      if ('id' in created) this.lost -= 1;
      return created;
    } catch (error) {
      // If interrupted, the outcome is unknown. Any other error means that there is no job.
      if (!this.signal.aborted) this.lost -= 1;
      throw error;
    }
  }

  /** Adds the query and closes the job. */
  private async fill(job: string, soql: string): Promise<Answer> {
    this.job = job;
    const added = await this.bulk.addBatch(job, soql, this.signal);
    if ('id' in added) {
      await this.bulk.closeJob(job, this.signal);
    } else {
      await this.bulk.abortJob(job, this.signal);
      this.job = undefined;
    }
    return added;
  }

  /**
   * Aborts this user's jobs that were created meanwhile and have no batch, if there are no more of them than were lost.
   * A job of another run has its batch a moment later.
   */
  private async abortLost(signal: AbortSignal): Promise<void> {
    const [since, until] = [this.startedAt - CLOCK_SKEW_MS, Date.now() + CLOCK_SKEW_MS];
    const find = (): Promise<readonly string[]> => this.bulk.findEmptyJobs(since, until, 'Parallel', signal);
    const found = await find();
    if (found.length === 0) return;
    await this.session.wait(MOMENT_MS, signal);
    const empty = new Set(await find());
    const lost = found.filter((job) => empty.has(job));
    if (lost.length > this.lost) return;
    for (const job of lost) await this.bulk.abortJob(job, signal);
  }
}

const minutes = (ms: number): string => String(Math.round(ms / 6000) / 10);

function requireCompleted({ state, stateMessage }: BatchInfo, job: string): void {
  if (state === 'Completed') return;
  if (state !== 'Failed') throw bylineError('bulkQueryAborted', [job]);
  const reason = stateMessage ?? '';
  throw reason.startsWith('FeatureNotEnabled')
    ? new BulkNotAllowed(reason)
    : bylineError('bulkQueryFailed', [job, reason]);
}

/** "Records not found for this batch": a query without results. */
const unlessNothing =
  ({ recordsProcessed }: BatchInfo) =>
  (error: unknown): readonly string[] => {
    if (error instanceof SalesforceApiError && error.code === 'InvalidBatch' && recordsProcessed === 0) return [];
    throw error;
  };
