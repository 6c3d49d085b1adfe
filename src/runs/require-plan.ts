import { bylineError } from '../errors.ts';
import type { PlanFile } from '../journal/plan-file.ts';
import type { HistorySettings } from '../model/history.ts';
import type { PlanHeader } from '../model/plan.ts';
import type { OrgIdentity } from '../model/run-facts.ts';
import type { ObjectDescribe } from '../salesforce/describe.ts';
import { toHistory } from '../settings/history-settings.ts';
import type { Settings } from '../settings/settings.ts';
import { requireSameOrg } from '../process/find-org.ts';

/** What the settings say about a plan, and where they are. */
export type KnownSettings = Pick<
  Settings,
  'sobject' | 'urlField' | 'fields' | 'stampField' | 'history' | 'services'
> & {
  readonly path: string;
};

/** The plan to apply, and what it must match. */
export type SavedPlan = {
  readonly path: string;
  /** `sha256:…` of the file. */
  readonly digest?: string | undefined;
  /** The object it must be for. */
  readonly sobject?: string | undefined;
  /** The settings it must match; missing if there are none. */
  readonly settings?: KnownSettings | undefined;
};

/** Throws an error naming the plan if its digest, org, object, or settings aren't the expected ones. */
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

function requireSettings(path: string, plan: PlanHeader, settings: KnownSettings): void {
  // The period doesn't matter: a plan may be applied in the next one.
  const history = settings.history ? toHistory(settings.history, settings, Date.now()) : undefined;
  const [planned, known] = [wordsOf(plan), wordsOf({ ...settings, history })];
  for (const [what, value] of Object.entries(planned)) {
    const other = known[what]!;
    if (!isSame(value, other)) throw bylineError('planOfOtherSettings', [path, what, value, other, settings.path]);
  }
}

type Described = Pick<PlanHeader, 'sobject' | 'urlField' | 'fields' | 'stampField' | 'history'>;

/** What a plan is for, in words to compare and to show. */
function wordsOf({ sobject, urlField, fields, stampField, history }: Described): Readonly<Record<string, string>> {
  return {
    object: sobject,
    'URL field': urlField,
    mapping: mappingOf(fields),
    'stamp field': stampField ?? 'none',
    history: history ? historyOf(history) : 'none',
  };
}

const historyOf = ({
  sobject,
  parentField,
  keyField,
  dateField,
  fields,
  changeFields,
  rows,
}: HistorySettings): string =>
  `${sobject} (${[parentField, keyField, dateField].join(', ')}; counts ${mappingOf(fields)}; growth ${mappingOf(changeFields)}; rows ${rows})`;

const mappingOf = (fields: Readonly<Record<string, string>>): string =>
  Object.entries(fields)
    .map(([service, field]) => `${service}=${field}`)
    .sort()
    .join(', ') || 'none';

/** API names are case-insensitive. */
const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** Throws an error naming the plan if its records aren't of its object. */
export function requireRecordsOf({ name, keyPrefix = null }: ObjectDescribe, plan: PlanFile): void {
  if (plan.keyPrefix === null || keyPrefix === null || plan.keyPrefix === keyPrefix) return;
  throw bylineError('planDamaged', [
    plan.path,
    `the ids in it begin with ${plan.keyPrefix}, those of ${name} with ${keyPrefix}`,
  ]);
}
