import type { CountsSource, EarlierPlan, Fact, JournalEntry, RowFailure, RunSettings } from '../model/run-facts.ts';
import {
  checked,
  dateTime,
  fieldName,
  historySettings,
  objectName,
  org,
  runId,
  type Shape,
  tally,
  whole,
} from './shapes.ts';
import { type ZodType, z } from '../zod.ts';

const mode = z.enum(['Parallel', 'Serial']);
const operation = z.enum(['update', 'upsert']).optional();
const api = z.enum(['bulk', 'rest']);
const end = z.enum(['Planned', 'InProgress', 'Completed', 'CompletedWithFailures', 'Failed', 'Aborted']);
const reason = z.string().nullable();
const bulkId = (prefix: string, what: string): ZodType<string> =>
  z.string().regex(new RegExp(`^${prefix}[0-9A-Za-z]{12}(?:[0-9A-Za-z]{3})?$`), `isn't a ${what} ID`);
const job = bulkId('750', 'job');
const batchId = bulkId('751', 'batch');
const fields = z.record(z.string(), fieldName);

const ranges = z
  .array(z.tuple([whole, whole]))
  .refine(
    (all) => all.every(([from, to], at) => from <= to && from >= (all[at - 1]?.[1] ?? 0)),
    'are no rows of a plan',
  );

const kinds = [
  z.object({
    kind: z.literal('counts'),
    stamp: dateTime.nullable(),
    where: z.string().nullable(),
    limit: whole.nullable(),
    shard: z.object({ index: whole.min(1), count: whole.min(1) }).nullish(),
    all: z.boolean(),
    keepHighest: z.boolean(),
    allowZeros: z.boolean(),
    allowPrivateUrls: z.boolean(),
    assumeScheme: z.enum(['https', 'http']).nullish(),
    concurrency: whole.min(1),
    digits: z.record(z.string(), whole).optional(),
    services: z.record(z.string(), z.unknown()),
  } satisfies Shape<CountsSource>),
  z.object({
    kind: z.literal('plan'),
    path: z.string(),
    runId,
    digest: z.string().optional(),
    digits: z.record(z.string(), whole).optional(),
    reversed: z.boolean(),
  } satisfies Shape<EarlierPlan>),
  z.object({ kind: z.literal('job') }),
] as const;
const source = z.discriminatedUnion('kind', kinds, "isn't a plan source");

/** What a run works on. A run recovered from its job knows neither URL field nor mapping. */
const settings = z.object({
  sobject: objectName,
  urlField: z.union([fieldName, z.literal('')], "isn't the API name of a field"),
  fields,
  stampField: fieldName.nullable(),
  labelField: fieldName.nullish(),
  authorField: fieldName.nullish(),
  history: historySettings.nullish(),
  api: api.optional(),
  mode,
  batchSize: whole.min(1),
  dryRun: z.boolean(),
  source,
} satisfies Shape<RunSettings>);

const failure = z.object({
  row: whole,
  // The id of a history row is its key.
  id: z.string().regex(/^(?:[0-9A-Za-z]{15}|[0-9A-Za-z]{18}(?:-\d{4}-\d\d-\d\d)?)?$/, "isn't a record ID"),
  statusCode: z.string(),
  message: z.string(),
  fields: z.array(z.string()),
} satisfies Shape<RowFailure>);

/** The keys of each fact, besides the time. Unknown keys are ignored. */
const FACTS: { readonly [F in Fact['fact']]: Shape<Omit<Extract<Fact, { fact: F }>, 'fact'>> } = {
  run: {
    version: z.literal(1),
    runId,
    command: z.enum(['sync', 'undo']),
    org,
    apiVersion: z.string().regex(/^\d{2,3}\.0$/, "isn't an API version"),
    settings,
  },
  planned: { tally, forecast: whole },
  opening: { mode, operation },
  job: { job, mode, operation },
  sending: { batch: whole.min(1), job: job.nullable(), operation, rows: ranges, round: whole },
  sent: { batch: whole, id: batchId },
  unsent: { batch: whole },
  skipped: { operation, unchanged: ranges, conflicts: ranges },
  closed: { job },
  aborted: { job },
  outcome: {
    batch: whole,
    state: z.string(),
    message: z.string().nullable(),
    failed: z.array(failure),
    again: ranges,
    unprocessed: ranges,
    created: whole.optional(),
  },
  resumed: {},
  ended: { state: end, reason },
};

const SCHEMAS: ReadonlyMap<string, ZodType> = new Map(
  Object.entries(FACTS).map(([fact, shape]) => [
    fact,
    z.object({ fact: z.literal(fact), at: whole, api: whole, ...shape }),
  ]),
);

/** Reads a line of a journal as a fact. Throws a TypeError that says what is wrong with it. */
export function readEntry(value: unknown): JournalEntry {
  const fact = (value as { readonly fact?: unknown } | null)?.fact;
  const schema = typeof fact === 'string' ? SCHEMAS.get(fact) : undefined;
  if (!schema) throw new TypeError("it isn't a journal entry");
  return checked(schema, value) as JournalEntry;
}
