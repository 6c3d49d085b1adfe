import { type Goal, type Section, whole } from '../section.ts';
import type { BenchContext } from '../context.ts';
import { sync } from './sync.ts';

type Work = { readonly records: number; readonly limit: number; readonly others: string };

const WORKS: readonly Work[] = [
  { records: 100, limit: 10, others: '101 with a request for each record' },
  { records: 10_000, limit: 14, others: '10,005; 56 with composite collections' },
  { records: 60_000, limit: 26, others: '' },
  { records: 1_000_000, limit: 150, others: 'about 800 with paged query, a poll and a result for each batch' },
];
/** Records of the run that is repeated, and the requests the repetition may take. */
const AGAIN = { records: 10_000, limit: 8 };

/** API requests of whole runs, by what the org counted: every one is in it, polls too. */
export async function requests(world: BenchContext): Promise<Section> {
  const goals: Goal[] = [];
  const rows: string[][] = [];
  for (const { records, limit, others } of WORKS.filter((work) => work.records <= world.many)) {
    const { requests: used } = await sync(world, records, records === AGAIN.records);
    rows.push([`${whole(records)} records`, whole(used), others]);
    goals.push(atMost(`${whole(records)} records`, used, limit));
  }
  const { again } = await sync(world, AGAIN.records, true);
  rows.push([`nothing changed, ${whole(AGAIN.records)} records`, whole(again ?? NaN), '']);
  goals.push(atMost(`nothing changed, ${whole(AGAIN.records)} records`, again ?? NaN, AGAIN.limit));
  return {
    title: 'API requests of `sf byline sync`',
    how: 'As the org counts them: every HTTP request, polls too. A batch takes the org a second.',
    head: ['work', 'requests', 'what others need'],
    rows,
    goals,
  };
}

const atMost = (measure: string, figure: number, limit: number): Goal => ({
  ...{ measure, figure, bound: 'at most', limit, show: whole },
});
