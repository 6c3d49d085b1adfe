import type { Change } from '../model/change.ts';
import { type FieldRoom, fits, unfitReason } from '../model/reading.ts';
import type { PlannedService } from '../model/run-facts.ts';

/** What the field of each service has room for; missing where it holds any count. */
export type Rooms = {
  readonly services: Readonly<Record<string, FieldRoom>>;
  /** It is written only with all counts of a record. */
  readonly stampField: string | null;
};

/** Services whose counts were taken out of changes, by the place of the change in its list; most have none. */
export type Unfit = ReadonlyMap<number, ReadonlySet<string>>;

/** The changes without the counts their fields have no room for; one may be left without a field. */
export function fitChanges(
  changes: readonly Change[],
  { services, stampField }: Rooms,
): { readonly changes: readonly Change[]; readonly unfit: Unfit } {
  const rooms = Object.entries(services);
  const unfit = new Map<number, ReadonlySet<string>>();
  const fitted = changes.map((change, at) => {
    const without = rooms.filter(([, room]) => !hasRoom(change, room));
    if (without.length === 0) return change;
    unfit.set(at, new Set(without.map(([service]) => service)));
    const dropped = new Set([...without.map(([, { field }]) => field), stampField]);
    return {
      ...change,
      fields: Object.fromEntries(Object.entries(change.fields).filter(([name]) => !dropped.has(name))),
    };
  });
  return { changes: unfit.size === 0 ? changes : fitted, unfit };
}

function hasRoom({ fields }: Change, room: FieldRoom): boolean {
  const after = fields[room.field]?.[1];
  return typeof after !== 'number' || fits(after, room);
}

/** The sums of the services, with those counts as skipped. */
export function tallyUnfit(
  tallies: Readonly<Record<string, PlannedService>>,
  unfit: readonly ReadonlySet<string>[],
  { services }: Rooms,
): Readonly<Record<string, PlannedService>> {
  if (unfit.length === 0) return tallies;
  const sums = { ...tallies };
  for (const service of unfit.flatMap((some) => [...some])) {
    const before = sums[service] ?? NOTHING_ASKED;
    sums[service] = { ...before, skipped: before.skipped + 1, reason: unfitReason(services[service]!) };
  }
  return sums;
}

const NOTHING_ASKED: PlannedService = {
  ...{
    requests: 0,
    ok: 0,
    failed: 0,
    skipped: 0,
    state: 'degraded',
    reason: null,
    positive: true,
    contradicted: false,
  },
};
