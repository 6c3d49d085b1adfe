import type { Value } from '../emulator/org/org.ts';
import { rightCounts } from '../rig/articles.ts';
import type { Rig } from '../rig/rig.ts';
import { TWITTER } from './in-process-run.ts';

type Place = Pick<Rig, 'org' | 'services'>;

type Exceptions = {
  /** Records the org refuses: their values aren't checked. */
  readonly refused: readonly string[];
  /** Records that are right already. */
  readonly untouched: readonly string[];
  /** Whether the run took the counts back. */
  readonly undone: boolean;
};

/**
 * What is wrong with an org after a run of ours has ended: nothing, when all is well. Every record holds its count and was
 * written once, but for the exceptions; no job is left open, and none is closed that is empty.
 */
export function problems(place: Place, exceptions: Partial<Exceptions> = {}): string[] {
  const { refused = [], untouched = [], undone = false } = exceptions;
  const [never, right] = [new Set([...refused, ...untouched]), new Set(refused)];
  const table = place.org.table('Byline__c');
  const records = table.all().flatMap((row) => {
    const id = String(row['Id']);
    const count: Value = undone ? null : (rightCounts(place, row, TWITTER)['Tweets__c'] ?? null);
    return [
      ...wrongWrites(id, table.writes(id).length, never.has(id) ? 0 : 1),
      ...(right.has(id) || row['Tweets__c'] === count ? [] : [`${id} holds ${row['Tweets__c']}, not ${count}`]),
    ];
  });
  const jobs = place.org
    .jobs()
    .flatMap(({ id, state, batches }) => [
      ...(state === 'Open' ? [`job ${id} is open`] : []),
      ...(state === 'Closed' && batches.length === 0 ? [`job ${id} is closed, but has no batch`] : []),
    ]);
  return [...records, ...jobs];
}

const wrongWrites = (id: string, writes: number, expected: number): string[] =>
  writes === expected ? [] : [`${id} was written by ${writes} batches, not by ${expected}`];
