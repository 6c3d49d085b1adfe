import { type ChildProcess, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { LEAN } from './command-process.ts';
import { BYLINE_PROGRAM, type Ended, type Rig } from './rig.ts';

/** Whether this machine has the `script` of util-linux, which runs a program in a terminal of its own. */
export function hasTerminal(): boolean {
  return /util-linux/.test(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '');
}

const PROGRAM = [process.execPath, ...LEAN, join(import.meta.dirname, 'run-in-terminal.ts')] as const;

/** What the program shows at the end of a command. */
const EXIT = /<exit (\d+)>\r?\n$/;

/** A terminal, read and written to as a person would. The commands that run in it one after another share a process. */
export class Terminal implements AsyncDisposable {
  private readonly rig: Rig;
  private readonly process: ChildProcess;
  private readonly ended: Promise<Ended>;
  private text = '';

  private constructor(rig: Rig, program: readonly string[]) {
    const line = program.map((word) => `'${word}'`).join(' ');
    const { process, ended } = rig.spawn('script', ['-qec', line, '/dev/null'], null);
    this.rig = rig;
    this.process = process;
    this.ended = ended;
    process.stdout?.on('data', (text: string) => (this.text += text));
  }

  /** A terminal to run commands of the plugin in. */
  public static open(rig: Rig): Terminal {
    return new Terminal(rig, PROGRAM);
  }

  /** A terminal with nothing but one command of the plugin, in a process of its own. */
  public static openAlone(rig: Rig, command: readonly string[]): Terminal {
    return new Terminal(rig, [...BYLINE_PROGRAM, ...command]);
  }

  /** Starts a command. */
  public async run(...args: string[]): Promise<void> {
    const { home: cwd, env } = this.rig;
    const file = await this.rig.write('terminal.json', [args, { cwd, env }]);
    this.text = '';
    this.process.stdin?.write(`${file}\n`);
  }

  /** Waits until the screen has shown `text`, then types `keys`. */
  public async answer(text: string, keys: string): Promise<void> {
    while (!this.text.includes(text)) {
      if (!(await this.hasMore())) throw new Error(`"${text}" was not shown:\n${this.text}`);
    }
    this.process.stdin?.write(keys);
  }

  /** Waits for the end of the command. What was on the screen is in `stdout`, its colours and movements left out. */
  public async end(): Promise<Pick<Ended, 'code' | 'stdout'>> {
    while (!EXIT.test(this.text) && (await this.hasMore()));
    const code = EXIT.exec(this.text)?.[1];
    const shown = this.text.replace(EXIT, '').replace(/\u001b\[[\d;?]*[A-Za-z]/g, '');
    return {
      code: code === undefined ? (await this.ended).code : Number(code),
      stdout: shown.replaceAll('\r\n', '\n'),
    };
  }

  public async [Symbol.asyncDispose](): Promise<void> {
    this.process.kill();
    await this.ended;
  }

  /** Waits until more is shown: false, if the program ended instead. */
  private async hasMore(): Promise<boolean> {
    const more = new Promise<true>((resolve) => this.process.stdout?.once('data', () => resolve(true)));
    return (await Promise.race([more, this.ended])) === true;
  }
}
