import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Emulator } from '../emulator.ts';
import { measure, type Usage } from '../measure.ts';
import { BYLINE, type BenchContext } from '../context.ts';

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
