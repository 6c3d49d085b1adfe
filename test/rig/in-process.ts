import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execute } from '@oclif/core';
import { ConfigAggregator, Lifecycle, SfProject, StateAggregator } from '@salesforce/core';

const root = join(import.meta.dirname, '..', '..');
const CLI = join(root, 'node_modules/@salesforce/cli');

/** What a command left: what it printed, and the code its process would have ended with. */
export type CommandOutput = { readonly code: number; readonly stdout: string; readonly stderr: string };

export type Place = { readonly cwd: string; readonly env: Readonly<Record<string, string>> };

/** The programs that can run here: the plugin by itself, as `bin/run.js` does, and the `sf` CLI. */
const PROGRAMS = {
  byline: (args: readonly string[]): Promise<unknown> => execute({ args: [...args], loadOptions: { root } }),
  sf: async (args: readonly string[]): Promise<unknown> => {
    process.argv = [process.execPath, join(CLI, 'bin/run.js'), ...args];
    const { run } = (await import(pathToFileURL(join(CLI, 'dist/cli.js')).href)) as { run: () => Promise<unknown> };
    return run();
  },
} as const;

export type Program = keyof typeof PROGRAMS;

/**
 * Runs a command in this process: a second of the processor less than in a process of its own, and three for `sf`. The
 * environment, the folder and the streams are those of the command meanwhile, so that one command runs at a time.
 */
export function runInProcess(program: Program, args: readonly string[], place: Place): Promise<CommandOutput> {
  const output = running.then(() => runNow(program, args, place));
  running = output.catch(() => undefined);
  return output;
}

let running: Promise<unknown> = Promise.resolve();

/**
 * Runs a command of the plugin in this process, with the streams of the process, and returns its exit code. For a process
 * in a terminal.
 */
export async function runShown(args: readonly string[], { cwd, env }: Place): Promise<number> {
  using outer = new Outer();
  outer.enter(cwd, env);
  await forgetOrgs();
  await PROGRAMS.byline(args);
  return outer.code;
}

async function runNow(program: Program, args: readonly string[], { cwd, env }: Place): Promise<CommandOutput> {
  using outer = new Outer();
  outer.enter(cwd, env);
  const [stdout, stderr] = [outer.capture(process.stdout), outer.capture(process.stderr)];
  await forgetOrgs();
  await PROGRAMS[program](args);
  return { code: outer.code, stdout: stdout.join(''), stderr: stderr.join('') };
}

/** What `@salesforce/core` remembers of one home is not true of the next. */
async function forgetOrgs(): Promise<void> {
  await ConfigAggregator.clearInstance();
  StateAggregator.clearInstance();
  SfProject.clearInstances();
  for (const event of [Lifecycle.warningEventName, 'Doctor:diagnostic']) {
    Lifecycle.getInstance().removeAllListeners(event);
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGBREAK', 'SIGHUP'] as const;

/** The state of this process that a command sees or changes; all of it is restored on dispose. */
class Outer implements Disposable {
  private readonly cwd = process.cwd();
  private readonly argv = process.argv;
  private readonly env = { ...process.env };
  private readonly exit = Object.getOwnPropertyDescriptor(process, 'exit')!;
  private readonly exitCode = process.exitCode;
  private readonly listeners = SIGNALS.map((signal) => [signal, process.listeners(signal)] as const);
  private readonly restore: (() => void)[] = [];

  public enter(cwd: string, env: Readonly<Record<string, string>>): void {
    process.chdir(cwd);
    setEnvironment(env);
    process.exitCode = undefined;
    // The last that oclif does with an error.
    process.exit = ((code) => (process.exitCode = code)) as typeof process.exit;
  }

  /** The code the command's process would end with. */
  public get code(): number {
    return Number(process.exitCode ?? 0);
  }

  /** What is written to a stream from here on, which is no terminal. */
  public capture(stream: NodeJS.WriteStream): string[] {
    const parts: string[] = [];
    const { isTTY } = stream;
    const write = Object.getOwnPropertyDescriptor(stream, 'write');
    stream.isTTY = false;
    stream.write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
      parts.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
      const done = rest.find((value) => typeof value === 'function') as (() => void) | undefined;
      if (done) process.nextTick(done);
      return true;
    };
    this.restore.push(() => {
      Object.assign(stream, { isTTY });
      // A stream has its method from its class.
      if (write) Object.defineProperty(stream, 'write', write);
      else delete (stream as Partial<NodeJS.WriteStream>).write;
      // oclif waits at the end of each command for what a stream has to write, and leaves its listener.
      stream.removeAllListeners('drain');
    });
    return parts;
  }

  public [Symbol.dispose](): void {
    for (const restore of this.restore) restore();
    process.chdir(this.cwd);
    process.argv = this.argv;
    setEnvironment(this.env);
    Object.defineProperty(process, 'exit', this.exit);
    process.exitCode = this.exitCode;
    for (const [signal, listeners] of this.listeners) {
      process.removeAllListeners(signal);
      for (const listener of listeners) process.on(signal, listener);
    }
  }
}

/** In place: what is not written in JavaScript reads the environment of the process itself. */
function setEnvironment(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
}
