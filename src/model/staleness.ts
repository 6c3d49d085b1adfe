/** When counts are due again: the field with the time of the last count, and how long counts stay fresh. */
export type Staleness = {
  /** The field that is stamped when all counts of a record are available. */
  readonly stampField: string;
  /** The field with the date of publication. With it, freshness depends on the age of the article. */
  readonly published: { readonly field: string; readonly type: 'date' | 'datetime' } | null;
  /** Hours counts stay fresh if the age of the article is unknown; with `null` they never are. */
  readonly staleAfterHours: number | null;
};

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Articles up to `maxAge` are counted again after `refresh`: counts of new articles change more. */
const TIERS: readonly { readonly maxAge: number; readonly refresh: number }[] = [
  { maxAge: 3 * DAY, refresh: HOUR },
  { maxAge: 21 * DAY, refresh: 4 * HOUR },
  { maxAge: 60 * DAY, refresh: DAY },
  { maxAge: Infinity, refresh: 7 * DAY },
];

/** The SOQL condition for records whose counts are due at `now` (epoch milliseconds); `null` if all are. */
export function staleCondition({ stampField, published, staleAfterHours }: Staleness, now: number): string | null {
  const olderThan = (age: number): string => `${stampField} < ${dateTime(now - age)}`;
  const never = `${stampField} = null`;
  const known = staleAfterHours === null ? null : staleAfterHours * HOUR;
  if (!published) return known === null ? null : `(${never} OR ${olderThan(known)})`;
  const { field, type } = published;
  const at = (age: number): string => (type === 'date' ? dateTime(now - age).slice(0, 10) : dateTime(now - age));
  const tiers = TIERS.map(({ maxAge, refresh }, index) => {
    const younger = maxAge === Infinity ? [] : [`${field} > ${at(maxAge)}`];
    const older = index === 0 ? [] : [`${field} <= ${at(TIERS[index - 1]!.maxAge)}`];
    return `(${[...younger, ...older, olderThan(refresh)].join(' AND ')})`;
  });
  const undated = `(${field} = null${known === null ? '' : ` AND ${olderThan(known)}`})`;
  return `(${[never, ...tiers, undated].join(' OR ')})`;
}

const dateTime = (time: number): string => new Date(time).toISOString();
