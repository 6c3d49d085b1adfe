import { Emulator } from '../emulator.ts';
import { add, measure, type Usage } from '../measure.ts';
import { megabytes, ratioAtMost, seconds, type Section, whole } from '../section.ts';
import { BYLINE, SF, type BenchContext } from '../context.ts';
import { sfUpdate } from './upload.ts';

/** The whole command for the prepared changes of so many records, by the process. */
export function syncPlan(world: BenchContext, records: number): Promise<Usage> {
  return world.once(`sync --plan ${records}`, async () => {
    const { plan } = await world.prepared(records);
    await using emulator = await Emulator.start({ records });
    const { facts, place } = emulator;
    const command = [BYLINE, 'byline', 'sync', '--plan', plan, '-o', facts.username, '--json'];
    const usage = await measure(command, place);
    const { result } = JSON.parse(usage.stdout) as { result: { records: { updated: number } } };
    if (result.records.updated !== records) throw new Error(`sync --plan updated ${result.records.updated} records`);
    return usage;
  });
}

/** The same with the official commands: what the records hold is exported, the changes are sent, the results fetched. */
async function official(world: BenchContext, records: number): Promise<Usage> {
  const prepared = await world.prepared(records);
  await using emulator = await Emulator.start({ records });
  const { facts, place } = emulator;
  const query = 'SELECT Id, Tweets__c, Likes__c, LinkedIn_Shares__c FROM Byline__c';
  const exported = ['--query', query, '--output-file', 'export.csv', '--wait', '30'];
  const command = [SF, 'data', 'export', 'bulk', ...exported, '--target-org', facts.username, '--json'];
  return add([await measure(command, place), await sfUpdate(emulator, prepared)]);
}

/** A saved plan applied as a whole, against what the CLI has for it. */
export async function appliedPlan(world: BenchContext): Promise<Section> {
  const ours = await syncPlan(world, world.many);
  const theirs = await official(world, world.many);
  const row = (name: string, { wall, cpu, peak }: Usage): string[] => [
    name,
    seconds(wall),
    seconds(cpu),
    megabytes(peak),
  ];
  return {
    title: `All of sync --plan for ${whole(world.many)} changes`,
    how:
      '`sf byline sync --plan plan.jsonl`, which reads the records again and leaves alone those that moved, against `sf data export ' +
      'bulk`, `sf data update bulk` and `sf data bulk results`, which only have what it takes to find them.',
    head: ['client', 'wall s', 'CPU s', 'peak MB'],
    rows: [row('sf byline sync --plan', ours), row('sf data export, update, results', theirs)],
    goals: [
      ratioAtMost('wall, ours : sf data', ours.wall / theirs.wall, 0.8),
      ratioAtMost('CPU, ours : sf data', ours.cpu / theirs.cpu, 1),
    ],
  };
}
