import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Emulator, type EmulatorOptions } from '../emulator.ts';
import { measure } from '../measure.ts';
import { type Goal, ratioAtMost, seconds, type Section, whole } from '../section.ts';
import { BYLINE, SF, type BenchContext } from '../context.ts';

const ORG_MS = 60;
const FIELDS = { twitter: 'Tweets__c', facebook: 'Likes__c', linkedin: 'LinkedIn_Shares__c' };

/** Requests each service is asked at a time, and how long it takes for an answer: on one machine, what asks the most waits longer. */
const WIDTHS = [
  { concurrency: 8, serviceMs: 40 },
  { concurrency: 64, serviceMs: 40 },
  { concurrency: 256, serviceMs: 160 },
] as const;

type Width = (typeof WIDTHS)[number];

/** How long a sync takes, against each of its stages alone: reading, counting, and writing what was planned before. */
export async function overlap(world: BenchContext): Promise<Section> {
  const rows: string[][] = [];
  const goals: Goal[] = [];
  for (const width of WIDTHS) {
    const { records, read, count, write, all } = await measureWidth(width, world.quick ? 1 : 5);
    const { concurrency, serviceMs } = width;
    rows.push([`${concurrency}, ${serviceMs} ms`, whole(records), ...[read, count, write, all].map(seconds)]);
    goals.push(
      ratioAtMost(`wall at ${concurrency} at a time, sync : slowest stage`, all / Math.max(read, count, write), 1.25),
    );
  }
  return {
    title: 'Overlap of the stages',
    how: `3 services, the org answers in ${ORG_MS} ms. Wall seconds; all include starting the command.`,
    head: ['at a time, service answers in', 'records', 'read (sf data query)', 'counts', 'sync --plan', 'sync'],
    rows,
    goals,
  };
}

type Stages = Readonly<Record<'records' | 'read' | 'count' | 'write' | 'all', number>>;

/** The stages with so many records that asking about them takes `target` seconds. */
async function measureWidth({ concurrency, serviceMs }: Width, target: number): Promise<Stages> {
  const records = (target * 1000 * concurrency) / serviceMs;
  const options = { records, latencyMs: ORG_MS, servicesLatencyMs: serviceMs };
  const wide = ['--concurrency', String(concurrency)];
  const read = await stage(options, ({ facts }) => [
    ...[SF, 'data', 'query', '--query', 'SELECT Id, Published_URL__c FROM Byline__c', '--target-org', facts.username],
    ...['--result-format', 'json'],
  ]);
  const count = await stage(options, (emulator) => byline(emulator, 'counts', ['--result-format', 'json', ...wide]));
  const write = await stage(
    options,
    (emulator) => byline(emulator, 'sync', ['--plan', 'plan.jsonl'], []),
    (emulator) => byline(emulator, 'sync', ['--dry-run', '--save-plan', 'plan.jsonl', ...wide]),
  );
  return { records, read, count, write, all: await stage(options, (emulator) => byline(emulator, 'sync', wide)) };
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
