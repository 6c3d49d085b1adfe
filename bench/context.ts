import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environment } from './emulator.ts';
import { measure, root } from './measure.ts';

/** Where the command is started from, and the CLI the official commands are those of. */
export const BYLINE = join(root, 'bin/run.js');
export const SF = join(root, 'node_modules/@salesforce/cli/bin/run.js');
export const CLIENTS = join(root, 'bench/clients');

/** A run that is planned and not sent, on disk: see `prepare.ts`. */
export type Prepared = {
  readonly folder: string;
  readonly plan: string;
  readonly csv: string;
  readonly records: number;
};

/** What tables share: whether the numbers are small ones, and what more than one of them needs. */
export class BenchContext implements AsyncDisposable {
  public readonly quick: boolean;
  private readonly folders: string[] = [];
  private readonly made = new Map<string, Promise<unknown>>();

  public constructor(quick: boolean) {
    this.quick = quick;
  }

  /** The large number of records: a million, or what takes seconds only. */
  public get many(): number {
    return this.quick ? 40_000 : 1_000_000;
  }

  /** Makes something that several tables use, once. */
  public once<T>(name: string, make: () => Promise<T>): Promise<T> {
    const known = this.made.get(name) as Promise<T> | undefined;
    const made = known ?? make();
    this.made.set(name, made);
    return made;
  }

  /** A folder that is gone when all is measured. */
  public async folder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'byline-bench-'));
    this.folders.push(folder);
    return folder;
  }

  /** Changes of all of so many articles, planned. */
  public prepared(records: number): Promise<Prepared> {
    return this.once(`prepared ${records}`, async () => {
      const folder = await this.folder();
      await measure(['--max-old-space-size=8192', join(root, 'bench/prepare.ts'), folder, String(records)], {
        home: folder,
        env: environment(folder),
      });
      const plan = (await readdir(folder)).find((name) => name.endsWith('.plan.jsonl'))!;
      return { folder, plan: join(folder, plan), csv: join(folder, 'changes.csv'), records };
    });
  }

  public async [Symbol.asyncDispose](): Promise<void> {
    for (const folder of this.folders) await rm(folder, { recursive: true, force: true });
  }
}
