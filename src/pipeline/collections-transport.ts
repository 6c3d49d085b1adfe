import { bylineError } from '../errors.ts';
import type { Change } from '../model/change.ts';
import { COLLECTION_RECORDS } from '../model/requests.ts';
import type { BatchOutcome, Fact } from '../model/run-facts.ts';
import { waitingRows } from '../model/run-rows.ts';
import type { BatchState } from '../model/run-state.ts';
import type { AwaitOptions } from './await-outcomes.ts';
import type { Batch, BatchFormat } from './batches.ts';
import { classifyBatch, classifyRecords, sentAgain } from './outcome.ts';
import { idsOf, type Run } from './run.ts';
import type { SObjectCollections } from './collections-client.ts';
import type { Batches, SendOptions, Transport } from './transport.ts';
import { Upload } from './upload.ts';

/** Requests in flight. No two have the same record: a row is in one batch until its outcome is known. */
const REQUESTS_IN_FLIGHT = 3;
/** Lost answers in a row, with no record written, before that is an error. */
const TRIES = 4;
/** Milliseconds before records are read after a lost answer, and before rows are retried; doubled each time. */
const UNANSWERED_MS = 500;
const RETRY_MS = 1000;
/** The state of a batch with an answer, and of one whose records were read instead. */
const ANSWERED = 'Completed';
const UNANSWERED = 'Unanswered';

/**
 * Writes changes with sObject Collections: each batch is a request, and its answer is its outcome. If an answer is
 * lost, it is unknown whether the records were written. Updated records are then read; upserted rows are sent again, by
 * their key. If the lost request is processed later, it writes the same values, which changes nothing.
 */
export function collectionsTransport(collections: SObjectCollections, format: BatchFormat): Transport {
  let fruitless = 0;
  return {
    format,
    maxRecords: COLLECTION_RECORDS,
    retryRecords: 50,
    reconcile: (run, signal) => reconcileUnanswered(run, collections, signal),
    send: async (run, batches, options) => {
      try {
        for (;;) {
          const upload = await sendSome(run, collections, batches, options);
          if (upload.lost.size === 0) return;
          await run.clock.wait(UNANSWERED_MS * 2 ** fruitless, options.signal);
          await reconcileUnanswered(run, collections, options.signal);
          fruitless = upload.states.some(hasSucceeded) ? 0 : fruitless + 1;
          if (fruitless === TRIES) throw bylineError('answersLost', [upload.reason]);
        }
      } finally {
        await batches.return();
      }
    },
    awaitOutcomes: awaitNextTry,
  };
}

/** Sends batches until there are no more or an answer is lost. */
async function sendSome(
  run: Run,
  collections: SObjectCollections,
  batches: Batches,
  { mode, attempt, signal }: SendOptions,
): Promise<Upload> {
  const upload = new Upload(run, { job: null, attempt }, (batch, number) =>
    update(run, collections, batch, { number, attempt, signal }),
  );
  // If one is refused, the others in flight aren't aborted, because their answers are the cheapest way to learn their
  // outcome.
  await upload.sendAll(batches, mode === 'Serial' ? 1 : REQUESTS_IN_FLIGHT, signal);
  return upload;
}

const hasSucceeded = ({ state, updated }: BatchState): boolean => state === ANSWERED || updated > 0;

async function update(
  run: Run,
  collections: SObjectCollections,
  { rows, body }: Batch,
  { number, attempt, signal }: { number: number; attempt: number; signal: AbortSignal },
): Promise<Fact | { readonly outcomeUnknown: string }> {
  // Read first: if this fails, nothing was sent.
  const ids = await idsOf(run, rows);
  const results = await collections.write(body, ids.length, signal);
  if ('outcomeUnknown' in results) return results;
  const info = { state: ANSWERED, stateMessage: null };
  return outcome(number, ANSWERED, classifyBatch({ rows, operation: run.operation, attempt }, ids, info, results));
}

/** Records the outcomes of batches whose answers were lost, by reading their records; upserts are sent again. */
async function reconcileUnanswered(run: Run, collections: SObjectCollections, signal: AbortSignal): Promise<void> {
  for (const batch of run.state.batches.filter(({ phase }) => phase === 'sending')) {
    if (batch.operation === 'upsert') {
      await run.write(outcome(batch.number, UNANSWERED, sentAgain(batch)));
      continue;
    }
    const changes: Change[] = [];
    for await (const chunk of run.chunks(batch.rows)) changes.push(...chunk.changes);
    const now = await collections.readRecords(
      changes.map(({ id }) => id),
      signal,
    );
    await run.write(outcome(batch.number, UNANSWERED, classifyRecords(batch, changes, now)));
  }
}

const outcome = (batch: number, state: string, rows: BatchOutcome): Fact => ({
  ...{ fact: 'outcome', batch, state, message: null },
  ...rows,
});

/** Outcomes come with the answers, so only a pause before retries is needed. */
async function awaitNextTry(run: Run, { deadline, signal }: AwaitOptions): Promise<boolean> {
  const { retryRows, attempt } = waitingRows(run.state);
  if (retryRows.length === 0) return true;
  const pause = RETRY_MS * 2 ** (attempt - 1);
  if (run.clock.now() + pause > deadline) return false;
  await run.clock.wait(pause, signal);
  return true;
}
