import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { Emulator } from '../emulator.ts';
import { add, measure, type Usage } from '../measure.ts';
import { installPeers } from '../peers.ts';
import { megabytes, ratio, ratioAtMost, seconds, type Section, whole } from '../section.ts';
import { CLIENTS, type Prepared, SF, type BenchContext } from '../context.ts';

type Client = (emulator: Emulator, prepared: Prepared) => Promise<Usage>;

/** A program that is given the plan, the org's URL and a token, and prints how many rows were written. */
const script =
  (name: string): Client =>
  async ({ facts, place }, { plan, records }) => {
    const usage = await measure([join(CLIENTS, name), plan, facts.url, facts.token], place);
    requireAll(Number(usage.stdout), records, name);
    return usage;
  };

const ours: Client = async ({ facts, place }, { folder, records }) => {
  // The run is changed by being sent.
  const copy = join(place.home, 'runs');
  await cp(folder, copy, { recursive: true });
  const usage = await measure([join(CLIENTS, 'ours.ts'), copy, facts.url, facts.token], place);
  requireAll(Number(usage.stdout), records, 'ours');
  return usage;
};

/** The update, and the command that fetches what became of every row. */
export const sfUpdate: Client = async ({ facts, place }, { csv, records }) => {
  const org = ['--target-org', facts.username, '--json'];
  const update = [SF, 'data', 'update', 'bulk', '--file', csv, '--sobject', 'Byline__c', '--wait', '30', ...org];
  const updated = await measure(update, place);
  const { result } = JSON.parse(updated.stdout) as { result: { jobId: string; processedRecords: number } };
  requireAll(result.processedRecords, records, 'sf data update bulk');
  const results = await measure([SF, 'data', 'bulk', 'results', '--job-id', result.jobId, ...org], place);
  return add([updated, results]);
};

const CLIENTS_BY_NAME: readonly (readonly [string, Client])[] = [
  ['floor: XML strings over node:http', script('floor.ts')],
  ['ours', ours],
  ['sf data update bulk, data bulk results', sfUpdate],
  ['jsforce, Bulk API 1.0', script('jsforce.ts')],
];

function requireAll(updated: number, records: number, who: string): void {
  if (updated !== records) throw new Error(`${who} updated ${updated} of ${records} records`);
}

/** Sends the prepared changes with a client, against a fresh org. */
const send = (world: BenchContext, [name, client]: (typeof CLIENTS_BY_NAME)[number]): Promise<Usage> =>
  world.once(`upload ${name}`, async () => {
    const prepared = await world.prepared(world.many);
    await using emulator = await Emulator.start({ records: prepared.records });
    return await client(emulator, prepared);
  });

/** What the floor takes. */
export const floorUpload = (world: BenchContext): Promise<Usage> => send(world, CLIENTS_BY_NAME[0]!);

/** Sends prepared changes with every client. */
export async function upload(world: BenchContext): Promise<Section> {
  installPeers();
  const taken: Usage[] = [];
  for (const client of CLIENTS_BY_NAME) taken.push(await send(world, client));
  const [floor, we, sf, jsforce] = taken as [Usage, Usage, Usage, Usage];
  return {
    title: `Upload of ${whole(world.many)} prepared changes`,
    how:
      'From the plan on disk to the outcome of every row; all read the same changes, `sf` as CSV. Whole processes, their ' +
      'start included; ours is without the CLI around it, which the next table has.',
    head: ['client', 'wall s', 'CPU s', 'peak MB', 'wall : floor', 'CPU : floor'],
    rows: CLIENTS_BY_NAME.map(([name], index) => {
      const { wall, cpu, peak } = taken[index]!;
      return [name, seconds(wall), seconds(cpu), megabytes(peak), ratio(wall / floor.wall), ratio(cpu / floor.cpu)];
    }),
    goals: [
      ratioAtMost('wall, ours : floor', we.wall / floor.wall, 1.3),
      ratioAtMost('CPU, ours : floor', we.cpu / floor.cpu, 2),
      ratioAtMost('CPU, ours : sf data', we.cpu / sf.cpu, 0.8),
      ratioAtMost('CPU, ours : jsforce', we.cpu / jsforce.cpu, 0.25),
    ],
  };
}
