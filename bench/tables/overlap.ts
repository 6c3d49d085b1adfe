import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Emulator, type EmulatorOptions } from '../emulator.ts';
import { measure } from '../measure.ts';
import { ratioAtMost, seconds, type Section, whole } from '../section.ts';
import { BYLINE, SF, type World } from '../world.ts';

const ORG_MS = 60;
const SERVICE_MS = 40;
const FIELDS = { twitter: 'Tweets__c', facebook: 'Likes__c', linkedin: 'LinkedIn_Shares__c' };

/** How long a sync takes, against each of its stages alone: reading, counting, and writing what was planned before. */
export async function overlap(world: World): Promise<Section> {
  const records = world.quick ? 500 : 5000;
  const options = { records, latencyMs: ORG_MS, servicesLatencyMs: SERVICE_MS };
  const query = await stage(options, ({ facts }) => [
    ...[SF, 'data', 'query', '--query', 'SELECT Id, Published_URL__c FROM Byline__c', '--target-org', facts.username],
    ...['--result-format', 'json'],
  ]);
  const count = await stage(options, (emulator) => byline(emulator, 'counts', ['--result-format', 'json']));
  const apply = await stage(
    options,
    (emulator) => byline(emulator, 'sync', ['--plan', 'plan.jsonl'], []),
    (emulator) => byline(emulator, 'sync', ['--dry-run', '--save-plan', 'plan.jsonl']),
  );
  const all = await stage(options, (emulator) => byline(emulator, 'sync', []));
  return {
    title: 'Overlap of the stages',
    how: `${whole(records)} records, 3 services; the org answers in ${ORG_MS} ms, each service in ${SERVICE_MS} ms.`,
    head: ['stage', 'wall s'],
    rows: [
      ['read: sf data query', seconds(query)],
      ['count: sf byline counts', seconds(count)],
      ['write: sf byline sync --plan', seconds(apply)],
      ['all: sf byline sync', seconds(all)],
    ],
    goals: [ratioAtMost('wall, all : slowest stage', all / Math.max(query, count, apply), 1.2)],
  };
}

type Command = (emulator: Emulator) => readonly string[];

/** Seconds a command takes against a fresh org; `before` is run first and not measured. */
async function stage(options: EmulatorOptions, command: Command, before?: Command): Promise<number> {
  await using emulator = await Emulator.start(options);
  const { facts, place } = emulator;
  const services = Object.fromEntries(Object.keys(FIELDS).map((name) => [name, facts.settings[name]]));
  await writeFile(join(place.home, 'byline.json'), JSON.stringify({ fields: FIELDS, services }));
  // Some of the articles have no URL, or none that may be asked about: that is a partial success.
  if (before) await measure(before(emulator), place);
  return (await measure(command(emulator), place)).wall;
}

function byline(
  { facts }: Emulator,
  command: string,
  flags: readonly string[],
  settings = SETTINGS,
): readonly string[] {
  return [BYLINE, 'byline', command, '--target-org', facts.username, ...settings, ...flags];
}

const SETTINGS: readonly string[] = ['--config-file', 'byline.json'];
