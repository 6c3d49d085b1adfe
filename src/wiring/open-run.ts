import { bylineError } from '../errors.ts';
import { wait } from '../http/wait.ts';
import { JsonLinesFile } from '../journal/json-lines.ts';
import { PlanFile } from '../journal/plan-file.ts';
import { journalPath, listRunIds, newRunId, planPath, prepareFolder, readRun } from '../journal/runs.ts';
import type { Change } from '../model/change.ts';
import type { PlanHeader } from '../model/plan.ts';
import type { Range } from '../model/ranges.ts';
import type { Fact, JournalEntry, OrgIdentity, RunCommand, RunSettings } from '../model/run-facts.ts';
import { applyEntry, beginRun, type RunState } from '../model/run-state.ts';
import type { PlanSlice } from '../pipeline/batches.ts';
import type { Clock, Run } from '../pipeline/run.ts';
import { SHOWN } from '../report/result.ts';

/** What a run needs of the world. */
export type RunWorld = {
  readonly folder: string;
  /** API requests sent by this process. */
  readonly requests: () => number;
  /** Told after each fact. */
  readonly observe: (run: RunState) => void;
};

export type NewRun = {
  readonly command: RunCommand;
  readonly org: OrgIdentity;
  readonly apiVersion: string;
  readonly settings: RunSettings;
};

const clock: Clock = { now: Date.now, wait };

/** A run with its files open: facts go to the journal, steps to the plan. One process at a time has a run open. */
export class OpenRun implements Run, AsyncDisposable {
  public readonly clock = clock;
  public readonly state: RunState;
  public readonly plan: PlanFile;
  private readonly journal: JsonLinesFile;
  private readonly world: RunWorld;
  private readonly requestsBefore: number;

  private constructor(state: RunState, plan: PlanFile, journal: JsonLinesFile, world: RunWorld) {
    this.state = state;
    this.plan = plan;
    this.journal = journal;
    this.world = world;
    this.requestsBefore = state.apiUsed;
  }

  /** Begins a run. Throws an error naming the folder where it cannot be written to: nothing was sent yet. */
  public static async create(world: RunWorld, { command, org, apiVersion, settings }: NewRun): Promise<OpenRun> {
    const { folder } = world;
    try {
      await prepareFolder(folder, clock.now());
      const runId = newRunId((await listRunIds(folder))[0], clock.now());
      const entry: JournalEntry = {
        ...{ fact: 'run', version: 1, runId, command, org, apiVersion, settings },
        at: clock.now(),
        api: 0,
      };
      const journal = await JsonLinesFile.create(journalPath(folder, runId));
      await journal.append(entry);
      await journal.flush();
      const { sobject, urlField, fields } = settings;
      const createdAt = new Date(clock.now()).toISOString();
      const header: PlanHeader = { plan: 1, runId, createdAt, org, sobject, urlField, fields };
      return new OpenRun(beginRun(entry), await PlanFile.create(planPath(folder, runId), header), journal, world);
    } catch (cause) {
      throw bylineError('runFolderUnwritable', [folder, (cause as Error).message], { cause });
    }
  }

  /** Takes up a run an earlier process left. */
  public static async continue(world: RunWorld, runId: string): Promise<OpenRun> {
    const { state, size } = await readRun(world.folder, runId);
    const journal = await JsonLinesFile.continue(journalPath(world.folder, runId), size);
    return new OpenRun(state, await PlanFile.open(planPath(world.folder, runId)), journal, world);
  }

  public get journalPath(): string {
    return this.journal.path;
  }

  public async write(fact: Fact): Promise<void> {
    const entry: JournalEntry = { ...fact, at: clock.now(), api: this.requestsBefore + this.world.requests() };
    try {
      // The journal must not speak of rows the disk does not have.
      if (fact.fact === 'sending') await this.plan.flush();
      await this.journal.append(entry);
      await this.journal.flush();
    } catch (cause) {
      throw bylineError('journalUnwritable', [this.journal.path, (cause as Error).message], { cause });
    }
    applyEntry(this.state, entry);
    this.world.observe(this.state);
  }

  public slices(ranges: readonly Range[]): AsyncIterable<PlanSlice> {
    return this.plan.slices(ranges);
  }

  /** The first changes of the plan, as many as a result shows. */
  public async firstChanges(): Promise<Change[]> {
    const changes: Change[] = [];
    for await (const slice of this.plan.slices([[0, Math.min(SHOWN, this.plan.size)]])) changes.push(...slice.changes);
    return changes;
  }

  public async [Symbol.asyncDispose](): Promise<void> {
    await this.plan[Symbol.asyncDispose]();
    await this.journal[Symbol.asyncDispose]();
  }
}
