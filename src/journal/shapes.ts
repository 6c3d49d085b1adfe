import type { OrgIdentity, PlannedService, PlanTally } from '../model/run-facts.ts';
import { isApiName, isFieldName } from '../model/api-name.ts';
import { describeIssue, READING } from '../model/describe-issue.ts';
import type { HistorySettings } from '../model/history.ts';
import { isRecordId } from '../model/record-id.ts';
import { type ZodType, z } from '../zod.ts';

/** A schema for every key of a type, because a missing one would be dropped on reading. */
export type Shape<T> = Readonly<Record<keyof T, ZodType>>;

/** A number of records, rows, requests, or bytes. */
export const whole = z.number().int().nonnegative();

export const recordId = z.string().refine(isRecordId, "isn't a record ID");

/** An ISO dateTime as a dateTime field holds it. */
export const DATE_TIME =
  '\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,3})?(?:Z|[+-]\\d\\d:?\\d\\d)';
const DATE_TIME_ONLY = new RegExp(`^${DATE_TIME}$`);
export const isDateTime = (value: unknown): value is string => typeof value === 'string' && DATE_TIME_ONLY.test(value);

export const dateTime = z.string().refine(isDateTime, "isn't a valid dateTime");

export const objectName = z.string().refine(isApiName, "isn't the API name of an object");

export const fieldName = z.string().refine(isFieldName, "isn't the API name of a field");

/** Where the history of a run is kept. */
export const historySettings: ZodType<HistorySettings> = z.strictObject({
  sobject: objectName,
  parentField: fieldName,
  keyField: fieldName,
  dateField: fieldName,
  fields: z.record(z.string(), fieldName),
  changeFields: z.record(z.string(), fieldName),
  rows: z.enum(['changed', 'all']),
  period: z.iso.date("isn't a date"),
});

const service = z.object({
  requests: whole,
  ok: whole,
  failed: whole,
  skipped: whole,
  state: z.enum(['ok', 'degraded', 'stopped', 'looks-dead']),
  reason: z.string().nullable(),
  positive: z.boolean(),
  contradicted: z.boolean(),
} satisfies Shape<PlannedService>);

/** The sums of a plan. Whether they match its rows is checked elsewhere. */
export const tally = z.object({
  queried: whole,
  skippedUrls: whole,
  skipReasons: z.record(z.string(), whole).exactOptional(),
  unchanged: whole,
  uncounted: whole,
  changed: whole,
  conflicts: whole,
  services: z.record(z.string(), service),
  history: z.object({ rows: whole, created: whole, conflicts: whole, queried: whole }).optional(),
} satisfies Shape<PlanTally>);

export const org = z.object({
  username: z.string(),
  orgId: z.string().regex(/^00D[0-9A-Za-z]{12}(?:[0-9A-Za-z]{3})?$/, "isn't an org ID"),
  instanceUrl: z.url({ protocol: /^https?$/, error: "isn't a URL" }),
} satisfies Shape<OrgIdentity>);

/** The id of a run, from which its file names are made. */
export const runId = z.string().regex(/^\d{8}T\d{6}Z-[0-9a-f]{6}$/, "isn't a run ID");

/** Parses a value from a file with `schema`. Throws a TypeError that says in one line what is wrong. */
export function checked<T>(schema: ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value, READING);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const place = issue.path.map(String).join('.');
  throw new TypeError(place === '' ? describeIssue(issue) : `${place}: ${describeIssue(issue)}`);
}
