import { bylineError } from '../errors.ts';
import type { HistorySettings } from '../model/history.ts';
import { firstDayOf, isTimeZone, PERIODS } from '../model/period.ts';
import { type Infer, z } from '../zod.ts';

const name = z.string().regex(/^[A-Za-z]\w*$/, 'an API name is expected');
const mapping = z.record(z.string(), name);

/** `history` of the settings: where a row is kept for each record and period. */
export const historySchema = z.strictObject({
  sobject: name.describe('API name of the child object that holds the rows.'),
  parentField: name.describe('API name of its field that refers to the record: a master-detail or lookup field.'),
  keyField: name.describe('API name of its field with the key of a row: Text, External ID, Unique.'),
  dateField: name.describe('API name of its date field with the first day of the period.'),
  every: z.enum(PERIODS).optional().describe('How long a period is; weeks begin on Monday. Default: week.'),
  timeZone: z
    .string()
    .refine(isTimeZone, 'a time zone such as Europe/Berlin is expected')
    .optional()
    .describe('The time zone in which periods begin, such as Europe/Berlin. Default: UTC.'),
  fields: mapping.describe('Which service fills which field with its count.'),
  changeFields: mapping
    .optional()
    .describe('Which service fills which field with the growth of its count in the period.'),
  rows: z
    .enum(['changed', 'all'])
    .optional()
    .describe('Whether only records whose counts changed get a row, or all. Default: changed.'),
});

export type HistoryFile = Infer<typeof historySchema>;

type Mapping = Readonly<Record<string, string>>;

/**
 * The history settings of a run that begins `now`. Every service in it must fill a field of the records (`fields`),
 * from which its growth is calculated. Counts that cover a period have no growth. Throws an error naming what doesn't
 * fit.
 */
export function toHistory(
  file: HistoryFile,
  { fields, services }: { readonly fields: Mapping; readonly services: Readonly<Record<string, unknown>> },
  now: number,
): HistorySettings {
  const { every = 'week', timeZone, rows = 'changed', changeFields = {}, ...more } = file;
  for (const service of Object.keys(file.fields)) {
    if (!(service in fields)) throw bylineError('historyServiceUnmapped', [service], { actionTokens: [service] });
  }
  for (const service of Object.keys(changeFields)) {
    if (!(service in file.fields)) throw bylineError('historyGrowthWithoutCount', [service]);
  }
  requireDifferent([
    ...[file.parentField, file.keyField, file.dateField],
    ...[...Object.values(file.fields), ...Object.values(changeFields)],
  ]);
  const growing = Object.entries(changeFields).filter(([service]) => !isWindow(services[service]));
  return { ...more, rows, changeFields: Object.fromEntries(growing), period: firstDayOf(every, now, timeZone) };
}

const isWindow = (service: unknown): boolean =>
  typeof service === 'object' && service !== null && 'kind' in service && service.kind === 'window';

function requireDifferent(names: readonly string[]): void {
  const seen = new Set<string>();
  for (const one of names) {
    if (seen.has(one.toLowerCase())) throw bylineError('historyFieldTwice', [one]);
    seen.add(one.toLowerCase());
  }
}
