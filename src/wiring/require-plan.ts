import { bylineError } from '../errors.ts';
import type { PlanFile } from '../journal/plan-file.ts';
import type { OrgIdentity, RunSettings } from '../model/run-facts.ts';
import type { ObjectDescribe } from '../salesforce/describe.ts';
import { requireSameOrg } from './find-org.ts';

/** What settings say of what a plan is for, and where they stand. */
export type KnownSettings = Pick<RunSettings, 'sobject' | 'urlField' | 'fields' | 'stampField'> & {
  readonly path: string;
};

/** Which plan is to be applied, and what it must be: nothing else is. */
export type SavedPlan = {
  readonly path: string;
  /** `sha256:…` of the file. */
  readonly digest?: string | undefined;
  /** The object it must be for. */
  readonly sobject?: string | undefined;
  /** What the settings say, where there are any. */
  readonly settings?: KnownSettings | undefined;
};

/** Throws an error naming the plan where it is not the one that is meant: by its digest, its org, its object, or its settings. */
export function requireMeant(
  { path, digest, header }: PlanFile,
  { digest: meant, sobject, settings }: SavedPlan,
  org: OrgIdentity,
): void {
  if (meant !== undefined && digest !== meant) {
    throw bylineError('planOfOtherDigest', [path, digest ?? '', meant]);
  }
  requireSameOrg({ kind: 'plan', name: path, org: header.org }, org);
  if (sobject !== undefined && !isSame(sobject, header.sobject)) {
    throw bylineError('planOfOtherObject', [path, header.sobject, sobject]);
  }
  if (settings) requireSettings(path, header, settings);
}

function requireSettings(path: string, plan: Omit<KnownSettings, 'path'>, settings: KnownSettings): void {
  const [planned, known] = [wordsOf(plan), wordsOf(settings)];
  for (const [what, value] of Object.entries(planned)) {
    const other = known[what]!;
    if (!isSame(value, other)) throw bylineError('planOfOtherSettings', [path, what, value, other, settings.path]);
  }
}

/** What a plan is for, in words to be compared and shown. */
function wordsOf({
  sobject,
  urlField,
  fields,
  stampField,
}: Omit<KnownSettings, 'path'>): Readonly<Record<string, string>> {
  const mapping = Object.entries(fields)
    .map(([service, field]) => `${service}=${field}`)
    .sort();
  return {
    object: sobject,
    'URL field': urlField,
    mapping: mapping.join(', ') || 'none',
    'stamp field': stampField ?? 'none',
  };
}

/** The org takes names in any case. */
const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** Throws an error naming the plan where its records are not of the object it is for. */
export function requireRecordsOf({ name, keyPrefix = null }: ObjectDescribe, plan: PlanFile): void {
  if (plan.keyPrefix === null || keyPrefix === null || plan.keyPrefix === keyPrefix) return;
  throw bylineError('planDamaged', [
    plan.path,
    `the ids in it begin with ${plan.keyPrefix}, those of ${name} with ${keyPrefix}`,
  ]);
}
