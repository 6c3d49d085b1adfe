import { MATCHES } from './page-key.ts';
import type { ServiceLimits } from './service.ts';
import { serviceSettings } from './service-settings.ts';
import { type ZodRawShape, z } from '../zod.ts';

/** Pages of a report are large and slow to make. Four at a time bound the memory. */
export const REPORT_LIMITS: ServiceLimits = {
  concurrency: 2,
  timeoutMs: 120_000,
  maxBytes: 64 * 1024 * 1024,
};

/** URLs that are looked up in a report together. */
export const REPORT_URLS = 200;

const DAY_MS = 24 * 3_600_000;
const DAYS_AGO = /^(\d{1,4})daysAgo$/;

const since = z
  .string()
  .refine(
    (text) => DAYS_AGO.test(text) || (/^\d{4}-\d{2}-\d{2}$/.test(text) && isDate(text)),
    'must be a date such as 2024-01-31, or a number of days such as 30daysAgo',
  );

const host = z.string().refine((text) => normalHost(text) !== undefined, 'must be a host name such as www.example.com');

/** The settings of every report. */
export const reportShape = {
  since: since
    .optional()
    .describe(
      'First day of the report: a date, or for a period that moves such as "30daysAgo". Default: the earliest the service keeps.',
    ),
  match: z
    .enum(MATCHES)
    .default('path')
    .describe(
      'How a URL and a row meet: by host and "path" with or without a last slash, by "pathAndQuery", or "exact".',
    ),
  hosts: z.array(host).min(1).optional().describe('Hosts the report is of. A URL of another host is skipped.'),
};

/** The settings of a service that reads a report, with its `measures`; the first is the default. */
export function reportSettings<const Measures extends readonly [string, ...string[]], Shape extends ZodRawShape>(
  name: string,
  measures: Measures,
  shape: Shape,
) {
  return serviceSettings(name, {
    measure: z.enum(measures).default(measures[0]).describe('Which number is taken.'),
    ...reportShape,
    ...shape,
  });
}

/** Why the counts of a report aren't totals: its first day moves, and the settings don't confirm that. */
export function notCumulativeReason({
  since: text,
  kind,
}: {
  since?: string | undefined;
  kind?: string | undefined;
}): string | undefined {
  const days = DAYS_AGO.exec(text ?? '')?.[1];
  return days === undefined || kind === 'window' ? undefined : `the last ${days} days`;
}

/** The first and the last day of a report at `now`, in the time zone of the service. */
export function reportPeriodOf(
  text: string,
  now: number,
  timeZone = 'UTC',
): { readonly start: string; readonly end: string } {
  const days = DAYS_AGO.exec(text)?.[1];
  const end = dayOf(now, timeZone);
  return { start: days === undefined ? text : dayOf(now - Number(days) * DAY_MS, timeZone), end };
}

/** The offsets of the pages after the first one, for a report with `total` rows. */
export function offsetsAfterFirst(total: number, pageRows: number): number[] {
  return Array.from({ length: Math.max(0, Math.ceil(total / pageRows) - 1) }, (_, index) => (index + 1) * pageRows);
}

/** The hosts of the settings, normalized as in URLs. */
export function hostsOf(hosts: readonly string[] | undefined): ReadonlySet<string> | undefined {
  return hosts && new Set(hosts.map((text) => normalHost(text)!));
}

// The Swedish date format is ISO's.
const dayOf = (time: number, timeZone: string): string => new Intl.DateTimeFormat('sv-SE', { timeZone }).format(time);

const isDate = (text: string): boolean =>
  !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text);

function normalHost(text: string): string | undefined {
  const url = `https://${text}`;
  if (!URL.canParse(url)) return undefined;
  const { host: normal, href } = new URL(url);
  return href === `https://${normal}/` ? normal : undefined;
}
