// What a sync needs in memory: the peak resident size of the whole command for 20,000 and for 200,000 records, against the
// emulated org and one count service that takes batches, both in a process of their own.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { logIn } from '../test/rig/login.ts';

const root = join(import.meta.dirname, '..');
const GOAL = 1.3;
const SIZES = [20_000, 200_000] as const;

type Emulator = {
  readonly url: string;
  readonly username: string;
  readonly token: string;
  readonly refreshToken: string;
  readonly settings: Readonly<Record<string, object>>;
  readonly env: Record<string, string>;
};
type Figures = { readonly peak: number; readonly cpu: number; readonly seconds: number; readonly updated: number };

console.log(`${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`);
console.log('records   updated   peak MB   CPU s   wall s');
const measured: Figures[] = [];
for (const records of SIZES) {
  const figures = await measure(records);
  measured.push(figures);
  const { updated, peak, cpu, seconds } = figures;
  const cells = [records, updated, Math.round(peak), cpu.toFixed(1), seconds.toFixed(1)];
  console.log(cells.map((cell, index) => String(cell).padStart([7, 10, 10, 8, 9][index] ?? 0)).join(''));
}
const ratio = measured[1]!.peak / measured[0]!.peak;
console.log(
  `200,000 against 20,000 records: ${ratio.toFixed(2)}; goal at most ${GOAL}: ${ratio <= GOAL ? 'met' : 'MISSED'}`,
);

async function measure(records: number): Promise<Figures> {
  const home = await mkdtemp(join(tmpdir(), 'byline-bench-'));
  const args = ['--port', '0', '--records', String(records), '--batch-ms', '0', '--json', '--lean'];
  const child = spawn(process.execPath, [join(root, 'scripts/emulator.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const emulator = await firstLine(child.stdout);
    return await sync(home, emulator);
  } finally {
    child.kill();
    await rm(home, { recursive: true, force: true });
  }
}

async function firstLine(output: NodeJS.ReadableStream): Promise<Emulator> {
  let text = '';
  for await (const part of output) {
    text += String(part);
    if (text.includes('\n')) break;
  }
  return JSON.parse(text) as Emulator;
}

async function sync(home: string, emulator: Emulator): Promise<Figures> {
  const peakFile = join(home, 'peak.json');
  const env = {
    ...{ PATH: process.env['PATH'] ?? '', HOME: home, USERPROFILE: home, PEAK_FILE: peakFile },
    ...{ SF_USE_GENERIC_UNIX_KEYCHAIN: 'true', SF_DISABLE_LOG_FILE: 'true', SFDX_DISABLE_DNS_CHECK: 'true' },
    ...emulator.env,
  };
  await logIn({ ...emulator, accessToken: () => emulator.token }, 'refresh', env);
  const settings = { fields: { facebook: 'Likes__c' }, services: { facebook: emulator.settings['facebook'] } };
  await writeFile(join(home, 'byline.json'), JSON.stringify(settings));
  const command = ['byline', 'sync', '-o', emulator.username, '--config-file', 'byline.json', '--json'];
  const node = ['--import', join(root, 'bench/peak.js'), join(root, 'bin/run.js')];
  const began = performance.now();
  const child = spawn(process.execPath, [...node, ...command], { cwd: home, env, stdio: ['ignore', 'pipe', 'ignore'] });
  let output = '';
  for await (const part of child.stdout) output += String(part);
  const seconds = (performance.now() - began) / 1000;
  const { result } = JSON.parse(output) as { result: { records: { updated: number } } };
  const { peak, cpu } = JSON.parse(await readFile(peakFile, 'utf8')) as { peak: number; cpu: number };
  return { peak, cpu, seconds, updated: result.records.updated };
}
