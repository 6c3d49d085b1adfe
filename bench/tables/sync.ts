import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Emulator } from '../emulator.ts';
import { measure, type Usage } from '../measure.ts';
import { BYLINE, type BenchContext } from '../context.ts';
import { megabytes, ratio, ratioAtMost, seconds, type Section, whole } from '../section.ts';
import { floorUpload } from './upload.ts';

/** What a sync took, and the one after it that finds nothing changed. */
export type Synced = Usage & { readonly requests: number; readonly again: number | null };

type Result = { readonly records: { readonly queried: number; readonly changed: number; readonly updated: number } };

/** Milliseconds a batch takes in the org: some of its polls find it unfinished, as in real life. */
const BATCH_MS = 1000;

/** `sync` of so many records with a service that takes 50 URLs a request; with `twice` a second time, when nothing changes. */
export function sync(world: BenchContext, records: number, twice = false): Promise<Synced> {
  return world.once(`sync ${records}`, async () => {
    await using emulator = await Emulator.start({ records, batchMs: BATCH_MS });
    const { facts, place } = emulator;
    const settings = { fields: { facebook: 'Likes__c' }, services: { facebook: facts.settings['facebook'] } };
    await writeFile(join(place.home, 'byline.json'), JSON.stringify(settings));
    const command = [BYLINE, 'byline', 'sync', '-o', facts.username, '--config-file', 'byline.json', '--json'];
    const usage = await measure(command, place);
    const { records: done } = (JSON.parse(usage.stdout) as { result: Result }).result;
    if (done.updated !== done.changed || done.changed < records / 2) throw new Error(`updated ${done.updated} records`);
    const requests = await emulator.apiRequests();
    if (!twice) return { ...usage, requests, again: null };
    await measure(command, place);
    return { ...usage, requests, again: (await emulator.apiRequests()) - requests };
  });
}

/** 25 s of CPU where the floor takes 3.1 s, as on 23 November 2026; a busy machine slows down both. */
const CPU_TO_FLOOR = 8;

/** All of `sync`, from the query to the outcome of every row, beside what its upload takes at least. */
export async function wholeSync(world: BenchContext): Promise<Section> {
  const floor = await floorUpload(world);
  const ours = await sync(world, world.many);
  const row = (name: string, { wall, cpu, peak }: Usage): string[] => [
    ...[name, seconds(wall), seconds(cpu), megabytes(peak), ratio(cpu / floor.cpu)],
  ];
  return {
    title: `All of sync for ${whole(world.many)} records with a batching service`,
    how:
      'From the query to the outcome of every row, 50 URLs in a request to the service, against the floor of the upload ' +
      'alone. With a full collection every 15,000 records, until 28 November 2026, it took 13 times the floor.',
    head: ['client', 'wall s', 'CPU s', 'peak MB', 'CPU : floor'],
    rows: [row('floor of the upload', floor), row('sf byline sync', ours)],
    goals: [ratioAtMost('CPU, sync : floor of the upload', ours.cpu / floor.cpu, CPU_TO_FLOOR)],
  };
}
