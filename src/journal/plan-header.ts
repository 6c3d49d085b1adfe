import { bylineError } from '../errors.ts';
import type { PlanHeader } from '../model/plan.ts';
import { DamagedLine, parseText, type RawLine } from './json-lines.ts';
import { checked, dateTime, fieldName, historySettings, objectName, org, runId, type Shape } from './shapes.ts';
import { type ZodType, z } from '../zod.ts';

const header: ZodType<PlanHeader> = z.strictObject({
  plan: z.literal(1),
  runId,
  createdAt: dateTime,
  org,
  sobject: objectName,
  // Empty in a plan that was recovered from a job.
  urlField: z.union([fieldName, z.literal('')], "isn't the API name of a field"),
  fields: z.record(z.string(), fieldName),
  stampField: fieldName.nullable(),
  labelField: fieldName.optional(),
  authorField: fieldName.optional(),
  history: historySettings.optional(),
} satisfies Shape<PlanHeader>);

/**
 * Reads the first line of a plan. Throws an error naming the file if it is not a plan, of a newer version, or damaged.
 */
export function readHeader({ bytes, line }: RawLine, path: string): PlanHeader {
  const value = parseHeader(bytes, path) as { readonly plan?: unknown } | null;
  if (typeof value !== 'object' || value?.plan === undefined) throw bylineError('notAPlan', [path]);
  if (typeof value.plan === 'number' && value.plan > 1) throw bylineError('planTooNew', [path, String(value.plan)]);
  try {
    return checked(header, value);
  } catch (error) {
    throw error instanceof TypeError ? new DamagedLine(line, `isn't a plan header: ${error.message}`) : error;
  }
}

/** Editors and PowerShell write a byte-order mark first. */
function parseHeader(bytes: Buffer, path: string): unknown {
  try {
    return parseText(bytes.toString().replace(/^\uFEFF/, ''), 1);
  } catch {
    throw bylineError('notAPlan', [path]);
  }
}
