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

/**
 * A place where commands are killed and their work is finished, one after another: sixty articles in an org of their own,
 * read in three pages.
 */
export class Worker implements AsyncDisposable {
  public readonly rig: Rig;
  private readonly ids: readonly string[];
  private readonly env: Rig['env'];
  private tries = 0;

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

  /** Starts over: no counts are stored, there are no runs on the machine, and writes and requests are counted from zero. */
  public reset(): void {
    this.tries += 1;
    this.rig.env = { ...this.env, SF_DATA_DIR: this.dataDir };
    for (const id of this.ids) this.rig.org.table('Byline__c').update(id, { Tweets__c: null });
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
    const { env } = this.rig;
    this.rig.env = { ...env, NODE_OPTIONS: `--import "${HOOK}"`, KILL_AT: `${line} ${moment}` };
    const { ended } = this.start(command);
    this.rig.env = env;
    return ended;
  }

  /** What is wrong with how the last command ended, and with the org. */
  public problems({ code, stdout, stderr }: Ended): string[] {
    return [...(code === 0 ? [] : [`exit ${code}: ${stdout}${stderr}`]), ...problems(this.rig)];
  }

  public [Symbol.asyncDispose](): Promise<void> {
    return this.rig[Symbol.asyncDispose]();
  }

  private get dataDir(): string {
    return join(this.rig.home, `data-${this.tries}`);
  }
}
