import type { Usage } from '../measure.ts';
import { type Goal, megabytes, ratioAtMost, seconds, type Section, whole } from '../section.ts';
import type { BenchContext } from '../context.ts';
import { syncPlan } from './sync-plan.ts';
import { sync } from './sync.ts';

const PEAK_MB = 250;
const GROWTH = 1.15;

/** The peak resident size of whole commands for many records and for a tenth of them. */
export async function memory(world: BenchContext): Promise<Section> {
  const { many } = world;
  const few = many / 10;
  const commands: readonly (readonly [string, (records: number) => Promise<Usage>])[] = [
    ['sync --plan', (records) => syncPlan(world, records)],
    ['sync, batching service', (records) => sync(world, records)],
  ];
  const rows: string[][] = [];
  const goals: Goal[] = [];
  for (const [name, run] of commands) {
    const [small, large] = [await run(few), await run(many)];
    for (const [records, { wall, cpu, peak }] of [
      [few, small],
      [many, large],
    ] as const) {
      rows.push([name, whole(records), megabytes(peak), seconds(wall), seconds(cpu)]);
    }
    goals.push(
      { measure: `${name}: peak`, figure: large.peak, bound: 'at most', limit: PEAK_MB, show: megabytes },
      ratioAtMost(`${name}: ${whole(many)} : ${whole(few)} records`, large.peak / small.peak, GROWTH),
    );
  }
  return {
    title: 'Memory',
    how: 'The peak resident size of the whole process.',
    head: ['command', 'records', 'peak', 'wall s', 'CPU s'],
    rows,
    goals,
  };
}
