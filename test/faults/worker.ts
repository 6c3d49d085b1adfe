import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { insertArticles } from '../rig/articles.ts';
import { type Ended, Rig, root, type Running } from '../rig/rig.ts';
import { problems } from './check-end.ts';
import { TWITTER } from './in-process-run.ts';

const HOOK = join(root, 'test/faults/kill-hook.ts');

/** A command and its arguments. */
export type Command = readonly [string, ...string[]];

export const SYNC: Command = ['byline sync', '--config-file', 'byline.json', '--batch-size', '20', '--json'];
export const RESUME: Command = ['byline resume', '--use-most-recent', '--json'];
export const UNDO: Command = ['byline undo', '--use-most-recent', '--no-prompt', '--json'];

/**
 * A place where commands are killed and their work is finished, one after another: sixty articles in an org of their own,
 * read in three pages.
 */
export class Worker implements AsyncDisposable {
  public readonly rig: Rig;
  private readonly ids: readonly string[];
  private readonly env: Rig['env'];
  private tries = 0;
  private begunBefore = 0;

  private constructor(rig: Rig) {
    this.rig = rig;
    this.env = rig.env;
    this.ids = insertArticles(rig, 60);
  }

  public static async start(): Promise<Worker> {
    const rig = await Rig.start({ pageSize: 20 });
    await rig.settings(TWITTER);
    return new Worker(rig);
  }

  /** Begins anew: no counts are stored, and there are no runs on the machine. */
  public reset(): void {
    this.tries += 1;
    this.rig.env = { ...this.env, SF_DATA_DIR: this.dataDir };
    for (const id of this.ids) this.rig.org.table('Byline__c').update(id, { Tweets__c: null });
    this.forget();
  }

  /** From here on, writes and requests are counted anew. */
  public forget(): void {
    this.rig.org.table('Byline__c').forgetWrites();
    this.rig.org.log.clear();
    this.rig.services.log.clear();
  }

  public run([command, ...args]: Command): Promise<Ended> {
    return this.rig.run(command, ...args);
  }

  public start([command, ...args]: Command): Running {
    return this.rig.start(command, ...args);
  }

  /** Runs a command that is killed at a line of its journal. */
  public async kill(command: Command, line: number, moment: string): Promise<Ended> {
    this.begunBefore = (await this.begunRuns()).length;
    const { env } = this.rig;
    this.rig.env = { ...env, NODE_OPTIONS: `--import "${HOOK}"`, KILL_AT: `${line} ${moment}` };
    const { ended } = this.start(command);
    this.rig.env = env;
    return ended;
  }

  /** Finishes what was killed: by `resume`, or, where no run was begun, by the command itself. */
  public async finish(command: Command): Promise<Ended> {
    if ((await this.begunRuns()).length === this.begunBefore) return this.run(command);
    return this.resume();
  }

  /** Resumes the newest run. Where its last line was written before the process was killed, there is nothing left to do. */
  public async resume(): Promise<Ended> {
    const ended = await this.run(RESUME);
    return ended.code === 1 && ended.json().name === 'NothingToResumeError' ? { ...ended, code: 0 } : ended;
  }

  /** What is wrong with how the last command ended, and with the org: records hold their counts, or nothing when `undone`. */
  public problems({ code, stdout, stderr }: Ended, undone = false): string[] {
    return [...(code === 0 ? [] : [`exit ${code}: ${stdout}${stderr}`]), ...problems(this.rig, { undone })];
  }

  /** How many lines the journals have. */
  public async lines(): Promise<number> {
    return (await this.begunRuns()).reduce((sum, text) => sum + text.split('\n').length - 1, 0);
  }

  public [Symbol.asyncDispose](): Promise<void> {
    return this.rig[Symbol.asyncDispose]();
  }

  /** The journals that have a whole line. */
  private async begunRuns(): Promise<string[]> {
    const runs = join(this.dataDir, 'byline', 'runs');
    const names = (await readdir(runs).catch(() => [])).filter((name) => /^[^.]+\.jsonl$/.test(name));
    const texts = await Promise.all(names.map((name) => readFile(join(runs, name), 'utf8')));
    return texts.filter((text) => text.includes('\n'));
  }

  private get dataDir(): string {
    return join(this.rig.home, `data-${this.tries}`);
  }
}

/** Works through `tasks` in several lanes side by side; returns what they found wrong, each with the name of its task. */
export async function inWorkers(workers: readonly Worker[], tasks: readonly Task[]): Promise<string[]> {
  const found: string[] = [];
  const waiting = [...tasks];
  const work = async (worker: Worker): Promise<void> => {
    for (let task = waiting.shift(); task; task = waiting.shift()) {
      const { name } = task;
      found.push(...(await task.work(worker)).map((problem) => `${name}: ${problem}`));
    }
  };
  await Promise.all(workers.map(work));
  return found;
}

/** Something to try in a lane; returns what is wrong. */
export type Task = { readonly name: string; readonly work: (worker: Worker) => Promise<readonly string[]> };

/** One task in so many, as each takes seconds; `npm run soak` tries them all. */
export const oneIn = (share: number, tasks: readonly Task[]): Task[] =>
  tasks.filter((_, index) => index % share === 0 || process.env['BYLINE_SOAK_SECONDS'] !== undefined);
