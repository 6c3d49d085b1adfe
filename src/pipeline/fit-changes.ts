import type { Change } from '../model/change.ts';
import { type FieldRoom, fits, unfitReason } from '../model/reading.ts';
import type { PlannedService } from '../model/run-facts.ts';

/** The size of each service's field; missing if it holds any count. */
export type Rooms = {
  readonly services: Readonly<Record<string, FieldRoom>>;
  /** The stamp field, written only with all counts of a record. */
  readonly stampField: string | null;
};

/** The size of each service's field in a mapping, as far as `digits` limits it. */
export const toRooms = (
  fields: Readonly<Record<string, string>>,
  digits: Readonly<Record<string, number>>,
): Rooms['services'] =>
  Object.fromEntries(
    Object.entries(digits).map(([service, most]) => [service, { field: fields[service]!, digits: most }]),
  );

/** Services whose counts were removed from changes, by index of the change; most changes have none. */
export type UnfitServices = ReadonlyMap<number, ReadonlySet<string>>;

/** The changes without counts that are too large for their fields. A change may be left without fields. */
export function fitChanges(
  changes: readonly Change[],
  { services, stampField }: Rooms,
): { readonly changes: readonly Change[]; readonly unfit: UnfitServices } {
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

/** Whether the field can hold the count in a change. */
export function hasRoom({ fields }: Change, room: FieldRoom): boolean {
  const after = fields[room.field]?.[1];
  return typeof after !== 'number' || fits(after, room);
}

/** The tallies of the services, counting removed counts as skipped. */
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
