import { countsOf, rightCounts } from '../rig/articles.ts';
import type { Rig } from '../rig/rig.ts';
import { TWITTER } from './inside.ts';

type Place = Pick<Rig, 'org' | 'services'>;

/**
 * What is wrong with an org after a run of ours has ended: nothing, when all is well. Every record holds its count and was
 * written once, but for those that are `refused` or held it before; no job is left open, and none is closed that is empty.
 */
export function problems(place: Place, { refused = [], untouched = [] }: Partial<Exceptions> = {}): string[] {
  const table = place.org.table('Byline__c');
  const exceptions = new Set([...refused, ...untouched]);
  const records = table.all().flatMap((row) => {
    const id = String(row['Id']);
    const expected = exceptions.has(id) ? 0 : 1;
    const batches = table.writes(id).length;
    const right =
      refused.includes(id) || countsOf(row, TWITTER)['Tweets__c'] === rightCounts(place, row, TWITTER)['Tweets__c'];
    return [
      ...(batches === expected ? [] : [`${id} was written by ${batches} batches, not by ${expected}`]),
      ...(right ? [] : [`${id} holds ${countsOf(row, TWITTER)['Tweets__c']}`]),
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

type Exceptions = { readonly refused: readonly string[]; readonly untouched: readonly string[] };
