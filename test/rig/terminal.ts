import { type ChildProcess, spawnSync } from 'node:child_process';
import { BYLINE_PROGRAM, type Ended, type Rig } from './rig.ts';

/** Whether this machine has the `script` of util-linux, which runs a program in a terminal of its own. */
export function hasTerminal(): boolean {
  return /util-linux/.test(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '');
}

/** A command of the plugin in a terminal, read and written to as a person would. */
export class Terminal {
  private readonly process: ChildProcess;
  private readonly ended: Promise<Ended>;
  private text = '';

  private constructor(process: ChildProcess, ended: Promise<Ended>) {
    this.process = process;
    this.ended = ended;
  }

  public static open(rig: Rig, command: readonly string[]): Terminal {
    const line = [...BYLINE_PROGRAM, ...command].map((word) => `'${word}'`).join(' ');
    const running = rig.spawn('script', ['-qec', line, '/dev/null'], null);
    const terminal = new Terminal(running.process, running.ended);
    running.process.stdout?.on('data', (text: string) => (terminal.text += text));
    return terminal;
  }

  /** Waits until the screen has shown `text`, then types `keys`. */
  public async answer(text: string, keys: string): Promise<void> {
    while (!this.text.includes(text)) {
      const more = new Promise<true>((resolve) => this.process.stdout?.once('data', () => resolve(true)));
      if ((await Promise.race([more, this.ended])) !== true) throw new Error(`"${text}" was not shown:\n${this.text}`);
    }
    this.process.stdin?.write(keys);
  }

  /** Waits for the end. What was on the screen is in `stdout`, its colours and movements left out. */
  public async end(): Promise<Ended> {
    const ended = await this.ended;
    return { ...ended, stdout: ended.stdout.replace(/\u001b\[[\d;?]*[A-Za-z]/g, '').replaceAll('\r\n', '\n') };
  }
}
