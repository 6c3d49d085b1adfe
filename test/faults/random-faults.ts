import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import type { SfError } from '@salesforce/core';
import type { RunView } from '../../src/report/run-view.ts';
import { Interrupted } from '../../src/process/interrupt.ts';
import type { Fault } from '../emulator/server.ts';
import type { EmulatedServices } from '../emulator/services/services.ts';
import { rightCounts, UNASKABLE, urlOf } from '../rig/articles.ts';
import { InProcessRun, TWITTER } from './in-process-run.ts';

const KINDS = [
  ...['describe', 'query', 'query-more', 'create-job', 'add-batch', 'close-job', 'abort-job', 'list-batches'],
  ...['get-result', 'get-query-result', 'get-job', 'get-request', 'list-jobs', 'token', 'collections', 'retrieve'],
];

/** What records hold before, what may happen to requests, batches and rows, and when a user or an administrator steps in. */
export type RandomFault = {
  readonly records: readonly ('empty' | 'right' | 'other' | 'unaskable' | 'twin')[];
  readonly api: 'bulk' | 'rest';
  readonly batchSize: number;
  readonly pageSize: number;
  readonly faults: readonly { kind: string; fault: Fault; skip: number; times: number }[];
  readonly expiries: readonly { kind: string; nth: number }[];
  readonly refused: readonly number[];
  readonly locked: readonly { row: number; times: number }[];
  readonly failing: readonly { skip: number; times: number; afterRecords: number }[];
  /** Numbers of requests at which Ctrl-C is pressed, and at which somebody aborts the newest job. */
  readonly interrupts: readonly number[];
  readonly aborts: readonly number[];
};

const fault: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ fault: 'cut-before' } as const) },
  { weight: 3, arbitrary: fc.constant({ fault: 'cut-after' } as const) },
  { weight: 3, arbitrary: fc.constantFrom(500, 503, 504).map((status) => ({ fault: 'status', status }) as const) },
  { weight: 1, arbitrary: fc.constant({ fault: 'status', status: 200, body: '<html>' } as const) },
  { weight: 1, arbitrary: fc.constant({ fault: 'slow', ms: 10 } as const) },
  { weight: 1, arbitrary: fc.constantFrom({ fault: 'hang' } as const, { fault: 'hang', done: true } as const) },
);

const kind = fc.constantFrom(...KINDS);
const row = fc.nat({ max: 39 });

/** Any set of records and any trouble. */
export const randomFault: fc.Arbitrary<RandomFault> = fc.record({
  records: fc.array(fc.constantFrom('empty', 'empty', 'empty', 'right', 'other', 'unaskable', 'twin'), {
    ...{ maxLength: 40, size: 'medium' },
  }),
  api: fc.constantFrom('bulk', 'bulk', 'rest'),
  batchSize: fc.integer({ min: 1, max: 15 }),
  // Of small pages there may be so many that a bulk query reads them.
  pageSize: fc.oneof(fc.constantFrom(1, 2, 3), fc.integer({ min: 4, max: 25 })),
  faults: fc.array(fc.record({ kind, fault, skip: fc.nat({ max: 4 }), times: fc.integer({ min: 1, max: 3 }) }), {
    maxLength: 8,
  }),
  expiries: fc.array(fc.record({ kind, nth: fc.integer({ min: 1, max: 4 }) }), { maxLength: 2 }),
  refused: fc.uniqueArray(row, { maxLength: 5 }),
  locked: fc.uniqueArray(fc.record({ row, times: fc.integer({ min: 1, max: 5 }) }), {
    maxLength: 5,
    selector: (lock) => lock.row,
  }),
  failing: fc.array(
    fc.record({ skip: fc.nat({ max: 3 }), times: fc.integer({ min: 1, max: 5 }), afterRecords: fc.nat({ max: 6 }) }),
    { maxLength: 2 },
  ),
  interrupts: fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 2 }),
  aborts: fc.array(fc.integer({ min: 4, max: 30 }), { maxLength: 1 }),
});

/** Commands a user gives before the trouble is over, and before we give up. */
const [PATIENCE, ENOUGH] = [4, 12];

/**
 * Lets a user sync in the midst of trouble, and resume until nothing is left to do. Returns what is wrong then: nothing, when
 * every record ends with its count, written once, or is named in the failures.
 */
export async function syncThrough(services: EmulatedServices, given: RandomFault): Promise<string[]> {
  await using place = await InProcessRun.start(services, { pageSize: given.pageSize });
  place.tellDeadlines();
  const ids = insert(place, given);
  tell(place, given, ids);
  const told: string[] = [];
  for (let tried = 1; tried <= ENOUGH; tried += 1) {
    if (tried === PATIENCE) place.org.faults.clear();
    const end = await command(place, given);
    if (typeof end === 'string' && end.startsWith('unforeseen')) return [end];
    told.push(typeof end === 'string' ? end : end.result.state);
    if (end === 'NothingToResumeError' || (typeof end !== 'string' && isOver(end))) {
      return (await wrong(place, given, ids)).map((problem) => `${problem} (after ${told.join(', ')})`);
    }
  }
  return [`it did not end: ${told.join(', ')}`];
}

const isOver = ({ result }: RunView): boolean =>
  (result.state === 'Completed' || result.state === 'CompletedWithFailures') && result.records.unprocessed === 0;

/** `sync` where there is no run, otherwise `resume`; the name of the error where there is one. */
async function command(place: InProcessRun, { api, batchSize }: RandomFault): Promise<RunView | string> {
  place.controller = new AbortController();
  const outputDir = join(place.folder, 'out');
  try {
    return await ((await place.runIds()).length === 0 ? place.sync({ api, batchSize, outputDir }) : place.resume());
  } catch (error) {
    const { name, message, exitCode } = error as SfError;
    // An unexpected error has the name of JavaScript's.
    return exitCode === undefined || /^(Type|Range|Syntax)?Error$/.test(name)
      ? `unforeseen: ${name}: ${message}`
      : name;
  }
}

function insert(place: InProcessRun, { records }: RandomFault): string[] {
  const table = place.org.table('Byline__c');
  const urlAt = (index: number): string => {
    if (records[index] === 'unaskable') return UNASKABLE[index % UNASKABLE.length]!;
    return urlOf(records[index] === 'twin' ? 0 : index);
  };
  return records.map((what, index) => {
    const [id] = table.insert([{ Name: `Article ${index}`, Published_URL__c: urlAt(index) }]);
    if (what === 'right') table.update(id!, rightCounts(place, table.get(id!)!, TWITTER));
    if (what === 'other') table.update(id!, { Tweets__c: 987_654 });
    return id!;
  });
}

function tell(place: InProcessRun, given: RandomFault, ids: readonly string[]): void {
  const { org } = place;
  for (const { kind: of, fault: what, ...when } of given.faults) org.faults.tell(of, what, when);
  for (const { kind: of, nth } of given.expiries) org.expireSessionAfter(of, nth);
  const refused = given.refused.flatMap((at) => ids[at] ?? []);
  org.refuseRows({ ids: refused, statusCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: 'no' });
  for (const { row: at, times } of given.locked) if (ids[at] !== undefined) org.lockRows([ids[at]], times);
  for (const failure of given.failing) org.failBatch({ ...failure, stateMessage: 'InternalServerError : try later' });
  for (const nth of given.interrupts)
    void org.log.arrived(undefined, nth).then(() => place.controller.abort(new Interrupted('SIGINT')));
  for (const nth of given.aborts)
    void org.log.arrived(undefined, nth).then(() => {
      const job = org.jobs().at(-1);
      if (job && job.state !== 'Aborted') org.abortJob(job.id);
    });
}

async function wrong(place: InProcessRun, given: RandomFault, ids: readonly string[]): Promise<string[]> {
  const table = place.org.table('Byline__c');
  const named = await namedInFailures(place);
  const problems = ids.flatMap((id, index) => {
    const record = table.get(id)!;
    const right = rightCounts(place, record, TWITTER)['Tweets__c'];
    const writes = table.writes(id).length;
    const untouched = given.records[index] === 'right' || given.records[index] === 'unaskable';
    if (named.has(id)) return writes === 0 ? [] : [`${id} is named in the failures, but was written`];
    if (record['Tweets__c'] !== right) return [`${id} holds ${record['Tweets__c']}, not ${right}`];
    return writes === (untouched ? 0 : 1) ? [] : [`${id} was written ${writes} times`];
  });
  // An empty query job whose creation and list of jobs both failed stays unknown; the org ends it by itself.
  const isUnlisted = given.faults.some(({ kind }) => kind === 'list-jobs');
  const open = place.org
    .jobs()
    .filter(({ state }) => state === 'Open')
    .filter(({ operation, batches }) => !(isUnlisted && operation === 'query' && batches.length === 0));
  return [...problems, ...open.map(({ id }) => `job ${id} is open`)];
}

async function namedInFailures(place: InProcessRun): Promise<Set<string>> {
  const outputDir = join(place.folder, 'out');
  const { result } = await place.report({ outputDir });
  const lines = (await readFile(result.files.failed!, 'utf8')).trimEnd().split('\r\n').slice(1);
  return new Set(lines.map((line) => line.split(',')[0]!));
}
