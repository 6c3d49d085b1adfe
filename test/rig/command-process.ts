import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { CommandOutput, Place, Program } from './in-process.ts';

/**
 * A command lives for a second, most of which goes into loading: with room for young objects from the beginning, and no
 * threads to clear them up, it takes a fifth less of the processor.
 */
export const LEAN = ['--min-semi-space-size=16', '--single-threaded-gc'] as const;

/** The variables Node, the CLI and its logger read once: when they are loaded. */
const READ_AT_LOAD =
  /^(HOME|DEBUG|NODE_OPTIONS|NODE_EXTRA_CA_CERTS|https?_proxy|no_proxy|SF_LOG_LEVEL|SF_DISABLE_LOG_FILE)$/i;

const PROGRAM = join(import.meta.dirname, 'run-commands.ts');

/**
 * A process that runs commands of the plugin one after another, for an environment Node or the CLI looks at once: when they
 * are loaded. All of them cost the start of one.
 */
export class CommandProcess implements AsyncDisposable {
  private readonly place: Place;
  private readonly child: ChildProcess;
  private readonly exit: Promise<unknown>;
  private stray = '';

  public constructor(place: Place) {
    this.place = place;
    this.child = fork(PROGRAM, { ...place, execArgv: [...LEAN], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.exit = new Promise((resolve) => this.child.once('exit', resolve));
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.stray += text));
    }
  }

  /** Whether it may run a command here. */
  public serves(place: Place): boolean {
    return place.cwd === this.place.cwd && atLoad(place) === atLoad(this.place);
  }

  /** Runs a command to its end. What the process itself wrote since the last one is with its standard error. */
  public async run(program: Program, args: readonly string[], place = this.place): Promise<CommandOutput> {
    const answer = new Promise<CommandOutput>((resolve) =>
      this.child.once('message', (output) => resolve(output as CommandOutput)),
    );
    this.child.send([program, args, place]);
    const output = await Promise.race([answer, this.exit.then(() => undefined)]);
    if (!output) throw new Error(`the process of the commands ended: ${this.stray}`);
    const { stray } = this;
    this.stray = '';
    return { ...output, stderr: stray + output.stderr };
  }

  public async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exit;
  }
}

/** What a process that is loaded with this environment keeps of it. */
const atLoad = ({ env }: Place): string =>
  JSON.stringify(
    Object.entries(env)
      .filter(([name]) => READ_AT_LOAD.test(name))
      .sort(),
  );
