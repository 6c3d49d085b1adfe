import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Emulator, firstLine } from '../emulator.ts';
import { measure, type Usage } from '../measure.ts';
import { megabytes, ratio, ratioAtMost, seconds, type Section, whole } from '../section.ts';
import { BYLINE, type BenchContext, CLIENTS } from '../context.ts';

const PEAK_MB = 250;
const GROWTH = 1.15;
const KEY = 'BYLINE_PLAUSIBLE_KEY';

type Result = { readonly records: { readonly changed: number; readonly updated: number } };

/** `reading`: seconds from the first request for the report to its last answer. */
type WithReport = Usage & { readonly reading: number };

/** `sync` of so many records whose counts are in a report of as many rows. */
async function syncReport(records: number): Promise<WithReport> {
  const server = spawn(process.execPath, [join(CLIENTS, 'report-server.ts'), String(records)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const endpoint = `http://127.0.0.1:${(await firstLine(server.stdout)).trim()}`;
    await using emulator = await Emulator.start({ records });
    const { facts, place } = emulator;
    const services = { plausible: { endpoint, site: 'news.example.com', keyEnv: KEY } };
    await writeFile(join(place.home, 'byline.json'), JSON.stringify({ fields: { plausible: 'Likes__c' }, services }));
    const command = [BYLINE, 'byline', 'sync', '-o', facts.username, '--config-file', 'byline.json', '--json'];
    const usage = await measure(command, { ...place, env: { ...place.env, [KEY]: 'bench-key' } });
    const { changed, updated } = (JSON.parse(usage.stdout) as { result: Result }).result.records;
    if (updated !== changed || changed < records / 2) throw new Error(`updated ${updated} of ${changed} records`);
    return { ...usage, reading: Number(await (await fetch(`${endpoint}/took`)).text()) / 1000 };
  } finally {
    server.kill();
  }
}

/** What a report takes beside the org: as many rows as there are records, many and a tenth of them. */
export async function report({ many }: BenchContext): Promise<Section> {
  const few = many / 10;
  const [small, large] = [await syncReport(few), await syncReport(many)];
  const row = (records: number, { peak, reading, wall, cpu }: WithReport): string[] => [
    ...[whole(records), megabytes(peak), seconds(reading), seconds(wall), seconds(cpu)],
  ];
  return {
    title: 'sync with a report',
    how:
      'A report service of as many rows as the org has records, 10,000 rows a page, in a process of its own; it answers at once. ' +
      'The report is read before the first record is compared.',
    head: ['rows and records', 'peak', 'report, wall s', 'wall s', 'CPU s'],
    rows: [row(few, small), row(many, large)],
    goals: [
      { measure: 'peak', figure: large.peak, bound: 'at most', limit: PEAK_MB, show: megabytes },
      ratioAtMost(`peak, ${whole(many)} : ${whole(few)} rows and records`, large.peak / small.peak, GROWTH),
      { measure: 'wall, report : all', figure: large.reading / large.wall, bound: 'at most', limit: 0.5, show: ratio },
    ],
  };
}
