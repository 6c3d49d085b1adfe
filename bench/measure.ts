import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..');
const RESOURCES = join(import.meta.dirname, 'resources.js');

/** What a process took: wall and processor time in seconds, and its peak resident size in megabytes. */
export type Usage = { readonly wall: number; readonly cpu: number; readonly peak: number };
export type Measured = Usage & { readonly stdout: string };

export type Place = { readonly home: string; readonly env: Readonly<Record<string, string>> };

/**
 * Runs a Node program to its end and tells what it took, starting included. Throws an error with what it printed where it
 * fails; an exit code in `also` is no failure.
 */
export async function measure(
  program: readonly string[],
  { home, env }: Place,
  also: readonly number[] = [],
): Promise<Measured> {
  const file = join(home, 'resources.json');
  const began = performance.now();
  const child = spawn(process.execPath, ['--import', RESOURCES, ...program], {
    cwd: home,
    env: { ...env, RESOURCES_FILE: file },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const wall = (performance.now() - began) / 1000;
  if (code !== 0 && !also.includes(code ?? 1)) {
    throw new Error(`${program.join(' ')} ended with ${code}\n${stdout.slice(-2000)}\n${stderr.slice(-2000)}`);
  }
  const taken = JSON.parse(await readFile(file, 'utf8')) as { peak: number; cpu: number };
  await rm(file);
  return { wall, ...taken, stdout };
}

/** Several programs one after the other as one. */
export function add(parts: readonly Usage[]): Usage {
  return {
    wall: parts.reduce((sum, { wall }) => sum + wall, 0),
    cpu: parts.reduce((sum, { cpu }) => sum + cpu, 0),
    peak: Math.max(...parts.map(({ peak }) => peak)),
  };
}

export const median = (figures: readonly number[]): number => figures.toSorted((a, b) => a - b)[figures.length >> 1]!;
