import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { RunResult } from '../../src/report/result.ts';
import { type EmulatedOrg, type OrgOptions, startOrg } from '../emulator/org/org.ts';
import { type EmulatedServices, startServices } from '../emulator/services/services.ts';
import { cleanEnvironment } from './environment.ts';
import { CommandProcess, LEAN } from './command-process.ts';
import { type CommandOutput, type Place, type Program, runInProcess } from './in-process.ts';
import { logIn } from './login.ts';

/** The repository. */
export const root = join(import.meta.dirname, '..', '..');

/** Node and the plugin. */
export const BYLINE_PROGRAM = [process.execPath, ...LEAN, join(root, 'bin/run.js')] as const;

/** How a command ended. */
export type Ended = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The JSON on standard output; throws where there is none. */
  json<R = RunResult>(): Envelope<R>;
};

/** What a command prints under `--json`: of a success the result, of an error what is known of the run as `data`. */
export type Envelope<R> = {
  readonly status: number;
  readonly result: R;
  readonly data: R;
  readonly name: string;
  readonly message: string;
  readonly actions: readonly string[];
  readonly warnings: readonly string[];
};

export type JournalLine = { readonly fact: string; readonly at: number; readonly api: number } & Record<
  string,
  unknown
>;

export type Running = { readonly process: ChildProcess; readonly ended: Promise<Ended> };

/**
 * A place to tell a story in: a home of its own, an emulated org that is logged in to, emulated count services, and
 * commands run as child processes. Everything is gone when the story is over.
 */
export class Rig implements AsyncDisposable {
  public readonly home: string;
  public readonly org: EmulatedOrg;
  public readonly services: EmulatedServices;
  public env: Record<string, string>;
  private beside: CommandProcess | undefined;

  private constructor(home: string, org: EmulatedOrg, services: EmulatedServices) {
    this.home = home;
    this.org = org;
    this.services = services;
    this.env = { ...cleanEnvironment(home), ...coverageOrSpeed(), ...services.env() };
  }

  /** Sets everything up. `login` says what the org can do when its session has expired: refresh it, or not. */
  public static async start(options: OrgOptions & { login?: 'access' | 'refresh' | 'none' } = {}): Promise<Rig> {
    const { login = 'refresh', ...orgOptions } = options;
    const home = await mkdtemp(join(tmpdir(), 'byline-story-'));
    const rig = new Rig(home, await startOrg(orgOptions), await startServices());
    if (login !== 'none') await rig.login(login);
    rig.org.log.clear();
    return rig;
  }

  /** Logs in to the org, as the CLI would; `access` is a session that cannot be refreshed. */
  public login(kind: 'access' | 'refresh'): Promise<void> {
    return logIn(this.org, kind, this.env);
  }

  /** Writes a file below the home; JSON where it is not text. Returns its path. */
  public async write(name: string, content: unknown): Promise<string> {
    const path = join(this.home, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  }

  /** A settings file for the three services of the post, or for others. */
  public settings(fields: Record<string, string> = POST_FIELDS, more: object = {}): Promise<string> {
    const all = this.services.settings();
    const services = Object.fromEntries(Object.keys(fields).map((name) => [name, all[name]]));
    return this.write('byline.json', { fields, services, ...more });
  }

  /** Runs a command of the plugin with the org named, in this process, and waits for its end. */
  public run(command: string, ...args: string[]): Promise<Ended> {
    return this.runAlone(command, ['-o', this.org.username, ...args]);
  }

  /** Starts a command of the plugin with the org named, in a process of its own: to be killed, or to run beside others. */
  public start(command: string, ...args: string[]): Running {
    return this.startAlone(command, ['-o', this.org.username, ...args]);
  }

  /** Runs a command of the plugin that is told of no org, in this process where its environment allows it. */
  public runAlone(command: string, args: readonly string[]): Promise<Ended> {
    return this.runProgram('byline', [...command.split(' '), ...args]);
  }

  /** Runs a command of the `sf` CLI, likewise. */
  public sf(...args: string[]): Promise<Ended> {
    return this.runProgram('sf', args);
  }

  /** Runs a program in this process where its environment allows it, `place` being another folder and environment. */
  public async runProgram(program: Program, args: readonly string[], place?: Place): Promise<Ended> {
    const where = place ?? { cwd: this.home, env: this.env };
    const run = needsOwnProcess(where.env) ? this.runBeside.bind(this) : runInProcess;
    return toEnded({ ...(await run(program, args, where)), signal: null });
  }

  /** Runs a command in the process for this environment. */
  private async runBeside(program: Program, args: readonly string[], place: Place): Promise<CommandOutput> {
    if (!this.beside?.serves(place)) {
      await this.beside?.[Symbol.asyncDispose]();
      this.beside = new CommandProcess({ cwd: place.cwd, env: { ...place.env } });
    }
    return this.beside.run(program, args, place);
  }

  /** Starts a command of the plugin that is told of no org, in a process of its own; `input` is its standard input. */
  public startAlone(command: string, args: readonly string[], input?: string): Running {
    const [node, ...options] = BYLINE_PROGRAM;
    return this.spawn(node, [...options, ...command.split(' '), ...args], input);
  }

  /** Runs the real `sf` CLI, in a process of its own. */
  public realSf(...args: string[]): Promise<Ended> {
    return this.exec(process.execPath, [join(root, 'node_modules/@salesforce/cli/bin/run.js'), ...args]);
  }

  /** Runs any program in the rig's home and environment. */
  public exec(program: string, args: readonly string[], input?: string): Promise<Ended> {
    return this.spawn(program, args, input).ended;
  }

  /** Starts any program; `null` leaves its input open, to write to it. */
  public spawn(program: string, args: readonly string[], input?: string | null): Running {
    const child = spawn(program, args, { cwd: this.home, env: this.env });
    // A program that ends without reading its input is no fault of the rig.
    child.stdin.on('error', () => undefined);
    if (input !== null) child.stdin.end(input ?? '');
    return { process: child, ended: collect(child) };
  }

  /** The folder the runs are kept in. */
  public get runs(): string {
    return join(this.home, 'data', 'byline', 'runs');
  }

  /** The ids of the runs there are, oldest first. */
  public async runIds(): Promise<string[]> {
    const names = await readdir(this.runs).catch(() => []);
    return names
      .filter((name) => /^[^.]+\.jsonl$/.test(name))
      .map((name) => name.slice(0, -'.jsonl'.length))
      .sort();
  }

  /** The lines of the journal of the only run, or of the newest. */
  public async journal(): Promise<JournalLine[]> {
    const newest = (await this.runIds()).at(-1);
    const text = await readFile(join(this.runs, `${newest}.jsonl`), 'utf8');
    return text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as JournalLine);
  }

  /** Every file below the home as text, by its path. */
  public async files(): Promise<Map<string, string>> {
    const entries = await readdir(this.home, { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const read = async (path: string): Promise<[string, string]> => [
      path.slice(this.home.length + 1),
      await readFile(path, 'utf8'),
    ];
    return new Map(await Promise.all(paths.map(read)));
  }

  public async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.org.close(), this.services.close(), this.beside?.[Symbol.asyncDispose]()]);
    await rm(this.home, { recursive: true, force: true });
  }
}

export const POST_FIELDS = { twitter: 'Tweets__c', facebook: 'Likes__c', linkedin: 'LinkedIn_Shares__c' };

/** Node writes what the commands cover of the code, or keeps what it has compiled: then they start a third faster. */
function coverageOrSpeed(): Record<string, string> {
  const coverage = process.env['BYLINE_COVERAGE'] === 'stories' ? process.env['NODE_V8_COVERAGE'] : undefined;
  return coverage ? { NODE_V8_COVERAGE: coverage } : { NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/stories') };
}

/** Whether the environment has what a process looks at once: proxies, certificates, Node's own options, what is logged. */
const needsOwnProcess = (env: Rig['env']): boolean =>
  !('SF_DISABLE_LOG_FILE' in env) ||
  Object.keys(env).some((name) =>
    /^(NODE_OPTIONS|NODE_EXTRA_CA_CERTS|https?_proxy|no_proxy|SF_LOG_LEVEL)$/i.test(name),
  );

async function collect(child: ChildProcess): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (...how) => resolve(how));
  });
  return toEnded({ code, signal, stdout, stderr });
}

const toEnded = (ended: Omit<Ended, 'json'>): Ended => ({
  ...ended,
  json: <R>() => JSON.parse(ended.stdout) as Envelope<R>,
});
