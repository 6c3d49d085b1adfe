import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanEnvironment } from '../test/rig/environment.ts';
import { logIn } from '../test/rig/login.ts';
import { type Place, root } from './measure.ts';

const SCRIPT = join(root, 'scripts/emulator.ts');

/** What the emulator says of itself when it has started. */
type Facts = {
  readonly url: string;
  readonly username: string;
  readonly token: string;
  readonly orgId: string;
  readonly refreshToken: string;
  readonly settings: Readonly<Record<string, object>>;
  readonly env: Readonly<Record<string, string>>;
};

export type EmulatorOptions = {
  readonly records: number;
  /** Milliseconds a batch takes. */
  readonly batchMs?: number;
  /** Milliseconds added to every answer of the org, and of the services. */
  readonly latencyMs?: number;
  readonly servicesLatencyMs?: number;
};

/** An emulated org with its count services in a process of its own, and a home that is logged in to it. */
export class Emulator implements AsyncDisposable {
  public readonly facts: Facts;
  public readonly place: Place;
  private readonly end: () => void;

  private constructor(facts: Facts, place: Place, end: () => void) {
    this.facts = facts;
    this.place = place;
    this.end = end;
  }

  public static async start({
    records,
    batchMs = 0,
    latencyMs = 0,
    servicesLatencyMs = 0,
  }: EmulatorOptions): Promise<Emulator> {
    const home = await mkdtemp(join(tmpdir(), 'byline-bench-'));
    const numbers = {
      port: 0,
      records,
      'batch-ms': batchMs,
      'latency-ms': latencyMs,
      'service-ms': servicesLatencyMs,
    };
    const flags = Object.entries(numbers).map(([name, value]) => `--${name}=${value}`);
    const child = spawn(process.execPath, ['--max-old-space-size=8192', SCRIPT, ...flags, '--json', '--lean'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const facts = JSON.parse(await firstLine(child.stdout)) as Facts;
    const place = { home, env: { ...environment(home), ...facts.env } };
    const emulator = new Emulator(facts, place, () => child.kill());
    await logIn({ ...facts, accessToken: () => facts.token }, 'refresh', place.env);
    return emulator;
  }

  /** API requests the org was sent so far. */
  public async apiRequests(): Promise<number> {
    const reply = await fetch(`${this.facts.url}/emulator`);
    return ((await reply.json()) as { apiRequests: number }).apiRequests;
  }

  public async [Symbol.asyncDispose](): Promise<void> {
    this.end();
    await rm(this.place.home, { recursive: true, force: true });
  }
}

/** What the programs that are measured are started with. */
export const environment = (home: string): Record<string, string> => ({ ...cleanEnvironment(home), CI: 'true' });

/** The first line a program prints. Throws an error where it ends without one. */
export async function firstLine(output: AsyncIterable<Buffer | string>): Promise<string> {
  let text = '';
  for await (const part of output) {
    text += String(part);
    const [line, rest] = text.split('\n', 2);
    if (rest !== undefined) return line!;
  }
  throw new Error('It ended before it had started.');
}
