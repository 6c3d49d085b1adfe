import { bylineError } from '../errors.ts';
import type { ConcurrencyMode } from '../model/run-facts.ts';
import type { Batch } from './batches.ts';
import type { BulkJobs } from './bulk-job.ts';
import { mapConcurrent } from './map-concurrent.ts';
import { openJob } from './open-job.ts';
import type { Run } from './run.ts';
import { endStraggler, settleUnsure } from './settle.ts';

/** Batches being uploaded at a time. */
const BATCHES_IN_FLIGHT = 3;
/** Jobs in a row in which no batch arrives, before that is an error. */
const TRIES = 4;
/** Milliseconds the end of a job may take after the run was interrupted or has failed. */
const END_MS = 1500;

export type SendOptions = { readonly mode: ConcurrencyMode; readonly round: number; readonly signal: AbortSignal };

type Batches = AsyncGenerator<Batch, void, undefined>;

/**
 * Sends batches in a job. No batch, no job. On return every batch is with the org under its id, and the job is ended.
 *
 * A batch whose answer is lost is never sent again in the same job, where it could arrive twice: the job takes no more,
 * is closed, and is asked what it has; what is missing goes, with the rest, into another job. When it fails, the job is
 * ended all the same, if the org lets us.
 */
export async function sendBatches(run: Run, bulk: BulkJobs, batches: Batches, options: SendOptions): Promise<void> {
  const { signal } = options;
  try {
    let missing: readonly Batch[] = [];
    for (let fruitless = 0; ;) {
      const job = await sendInJob(run, bulk, sequence(missing, batches), options);
      if (job === undefined) return;
      missing = job.missing;
      fruitless = job.arrived ? 0 : fruitless + 1;
      if (fruitless === TRIES) throw bylineError('batchNotSent', [job.id, job.reason]);
      if (missing.length > 0) await run.clock.wait(500 * 2 ** fruitless, signal);
    }
  } catch (error) {
    // The first error is the one to tell; `resume` settles what could not be settled now.
    await settleUnsure(run, bulk, AbortSignal.timeout(END_MS)).catch(() => undefined);
    throw error;
  } finally {
    await batches.return();
  }
}

async function* sequence<T>(first: Iterable<T>, rest: AsyncIterator<T, void>): AsyncGenerator<T, void, undefined> {
  yield* first;
  // Not `yield*`: the rest must outlive this job.
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

/** What became of the batches of a job: those it surely does not have, whether any arrived, and why one was lost. */
type JobOutcome = {
  readonly id: string;
  readonly missing: readonly Batch[];
  readonly arrived: boolean;
  readonly reason: string;
};

/** Sends batches in a new job until there are no more or an answer is lost, and ends it. `undefined` where there is none. */
async function sendInJob(
  run: Run,
  bulk: BulkJobs,
  batches: Batches,
  { mode, round, signal }: SendOptions,
): Promise<JobOutcome | undefined> {
  const first = await batches.next();
  if (first.done) return undefined;
  const { id, straggler } = await openJob(run, bulk, mode, signal);
  const upload = new Upload(run, bulk, { job: id, round });
  const uploads = new AbortController();
  const either = AbortSignal.any([signal, uploads.signal]);
  const source = upload.until(sequence([first.value], batches));
  for await (const done of mapConcurrent(source, BATCHES_IN_FLIGHT, (batch) => upload.send(batch, either), uploads)) {
    void done;
  }
  await settleUnsure(run, bulk, signal);
  if (straggler) await endStraggler(run, bulk, mode, signal);
  return { id, ...upload.outcome() };
}

/** The batches of one job on their way. */
class Upload {
  private readonly run: Run;
  private readonly bulk: BulkJobs;
  private readonly to: { readonly job: string; readonly round: number };
  /** Batches whose answers were lost, by their number. */
  private readonly lost = new Map<number, Batch>();
  private reason = '';
  private failed = false;
  private numbers: number;
  private readonly before: number;

  public constructor(run: Run, bulk: BulkJobs, to: { job: string; round: number }) {
    this.run = run;
    this.bulk = bulk;
    this.to = to;
    this.before = this.numbers = run.state.batches.length;
  }

  /** The batches, until an answer is lost or the org says no. */
  public async *until(batches: Batches): Batches {
    while (this.lost.size === 0) {
      const next = await batches.next();
      if (next.done || this.failed) return;
      yield next.value;
    }
  }

  public async send(batch: Batch, signal: AbortSignal): Promise<void> {
    const { run, bulk } = this;
    const number = (this.numbers += 1);
    await run.write({ fact: 'sending', batch: number, rows: batch.rows, ...this.to });
    const answer = await bulk.addBatch(this.to.job, batch.body, signal).catch(async (error: unknown) => {
      this.failed = true;
      // Interrupted, nobody knows, and `resume` asks. Anything else says that the org did not take it.
      if (!signal.aborted) await run.write({ fact: 'unsent', batch: number });
      throw error;
    });
    if ('id' in answer) return run.write({ fact: 'sent', batch: number, id: answer.id });
    this.lost.set(number, batch);
    this.reason = answer.unsure;
  }

  public outcome(): Omit<JobOutcome, 'id'> {
    const ours = this.run.state.batches.slice(this.before);
    const missing = ours.filter(({ phase }) => phase === 'unsent').flatMap(({ number }) => this.lost.get(number) ?? []);
    return { missing, arrived: ours.some(({ phase }) => phase === 'sent'), reason: this.reason };
  }
}
