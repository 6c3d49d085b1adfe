import { isDeepStrictEqual } from 'node:util';
import { bylineError } from '../errors.ts';
import { JsonLinesFile } from '../journal/json-lines.ts';
import { PlanFile } from '../journal/plan-file.ts';
import type { PlanKind } from '../journal/scan-plan.ts';
import type { SentCounts } from '../journal/plan-index.ts';
import { lockRun } from '../journal/lock.ts';
import {
  flushFolder,
  journalPath,
  listRunIds,
  lockPath,
  newRunId,
  planPath,
  prepareFolder,
  readingsPath,
  readRun,
  reportsPrefix,
} from '../journal/runs.ts';
import type { PlanHeader, PlanStep } from '../model/plan.ts';
import type { Range } from '../model/ranges.ts';
import { secrets } from '../model/redactor.ts';
import type { Fact, JournalEntry, Operation, OrgIdentity, CommandName, RunSettings } from '../model/run-facts.ts';
import { nextRow } from '../model/run-rows.ts';
import { applyEntry, beginRun, type RunState, stateOf } from '../model/run-state.ts';
import type { Clock } from '../model/clock.ts';
import { CHANGED_SINCE, LeftOut } from '../report/left-out.ts';
import { DETAILED } from '../report/run-view.ts';
import { LARGEST, TopChanges } from '../report/top-changes.ts';
import { realClock } from '../process/clock.ts';
import type { RunContext } from './run-context.ts';
import { OperationRun } from './operation-run.ts';

/** What an open run needs of its context. */
export type RunSurroundings = Pick<RunContext, 'runsDir'> & {
  readonly org: { readonly clock: Clock; readonly counter: { readonly used: number } };
  readonly progress: Pick<RunContext['progress'], 'run'>;
};

/** What a new run needs besides that. */
export type NewRunSurroundings = RunSurroundings & {
  readonly org: { readonly identity: OrgIdentity; readonly session: { readonly apiVersion: string } };
};

type RunFiles = { readonly plan: PlanFile; readonly journal: JsonLinesFile; readonly lock: AsyncDisposable | null };

/** The keys of facts that hold text from the org. */
const ORG_TEXT_KEYS: ReadonlySet<string> = new Set(['message', 'reason', 'statusCode', 'state']);

/**
 * A run with its files open: facts go to the journal, steps to the plan. Only one process at a time may write to a run.
 */
export class OpenRun implements AsyncDisposable {
  public readonly clock: Clock;
  public readonly state: RunState;
  public readonly plan: PlanFile;
  private readonly journal: JsonLinesFile;
  private readonly lock: AsyncDisposable | null;
  private readonly context: RunSurroundings;
  private readonly requestsBefore: number;
  /** The largest changes, if this process has seen all of them; otherwise `null`. */
  public readonly topChanges: TopChanges | null;
  /** Records and counts this process has left out, as far as a person is shown them. */
  public readonly leftOut = new LeftOut(DETAILED);

  private constructor(state: RunState, files: RunFiles, context: RunSurroundings) {
    this.clock = context.org.clock;
    this.state = state;
    this.plan = files.plan;
    this.journal = files.journal;
    this.lock = files.lock;
    this.context = context;
    this.requestsBefore = state.apiUsed;
    this.topChanges = files.plan.size === 0 ? new TopChanges(LARGEST) : null;
  }

  /** Begins a run. Throws an error naming the folder if it can't be written; nothing was sent yet. */
  public static async create(
    context: NewRunSurroundings,
    command: CommandName,
    settings: RunSettings,
  ): Promise<OpenRun> {
    const { runsDir } = context;
    const { identity: org, session, clock } = context.org;
    const now = clock.now();
    try {
      await prepareFolder(runsDir, now);
      const runId = newRunId((await listRunIds(runsDir))[0], now);
      const run = { fact: 'run', version: 1, runId, command, org, apiVersion: session.apiVersion, settings } as const;
      const entry: JournalEntry = { ...run, at: now, api: 0 };
      const { sobject, urlField, fields, stampField, labelField, authorField, history } = settings;
      const createdAt = new Date(now).toISOString();
      const what = { sobject, urlField, fields, stampField, ...optional({ labelField, authorField, history }) };
      const header: PlanHeader = { plan: 1, runId, createdAt, org, ...what };
      const lock = await lockRun(lockPath(runsDir, runId), runId);
      return await orCloseAll(lock, async (opened) => {
        // The journal is created last, so that a run with a journal has a plan.
        const plan = await PlanFile.create(planPath(runsDir, runId), header);
        opened.push(plan);
        await plan.flush();
        const journal = await JsonLinesFile.create(journalPath(runsDir, runId));
        opened.push(journal);
        await journal.append(entry);
        await journal.flush();
        await flushFolder(runsDir);
        return announced(new OpenRun(beginRun(entry), { plan, journal, lock }, context), context);
      });
    } catch (cause) {
      throw bylineError('runFolderUnwritable', [runsDir, (cause as Error).message], { cause });
    }
  }

  /** Reopens an interrupted run. Throws an error naming the process that works on it, if one does. */
  public static async continue(context: RunSurroundings, runId: string, signal: AbortSignal): Promise<OpenRun> {
    const { runsDir } = context;
    const lock = await lockRun(lockPath(runsDir, runId), runId, signal);
    return orCloseAll(lock, async (opened) => {
      const { state, size } = await readRun(runsDir, runId);
      const path = planPath(runsDir, runId);
      const plan = await ofRun(state, PlanFile.continue(path, kindOf(state), sentOf(state)));
      opened.push(plan);
      const journal = await JsonLinesFile.continue(journalPath(runsDir, runId));
      opened.push(journal);
      await journal.goOn(size);
      return announced(new OpenRun(state, { plan, journal, lock }, context), context);
    });
  }

  /** Opens a run for reading, even while another process works on it. */
  public static async view(runsDir: string, runId: string): Promise<OpenRun> {
    const { state } = await readRun(runsDir, runId);
    const plan = await viewPlan(runsDir, state);
    const journal = await JsonLinesFile.view(journalPath(runsDir, runId));
    const org = { clock: realClock, counter: { used: 0 } };
    const context = { runsDir, org, progress: { run: () => undefined } };
    return new OpenRun(state, { plan, journal, lock: null }, context);
  }

  /** The path of the run's kept readings. */
  public get readingsPath(): string {
    return readingsPath(this.context.runsDir, this.state.runId);
  }

  /** The prefix of the paths of the run's kept reports. */
  public get reportsPrefix(): string {
    return reportsPrefix(this.context.runsDir, this.state.runId);
  }

  /** API requests of all processes that worked on the run. */
  public get requests(): number {
    return this.requestsBefore + this.context.org.counter.used;
  }

  public get journalPath(): string {
    return this.journal.path;
  }

  public async write(fact: Fact): Promise<void> {
    const said = secrets.redactMessages(fact, ORG_TEXT_KEYS);
    const entry: JournalEntry = { ...said, at: this.clock.now(), api: this.requests };
    try {
      // The journal must not mention rows that aren't on disk.
      if (fact.fact === 'sending') await this.plan.flush();
      await this.journal.append(entry);
      await this.journal.flush();
    } catch (cause) {
      throw bylineError('journalUnwritable', [this.journal.path, (cause as Error).message], { cause });
    }
    applyEntry(this.state, entry);
    this.context.progress.run(this.state);
  }

  /** Appends a step to the plan. Returns the positions of its changes. */
  public async addStep(step: PlanStep): Promise<Range> {
    for (const change of step.changes) this.topChanges?.add(change);
    for (const change of step.conflicts) this.leftOut.skip(change, CHANGED_SINCE);
    return this.plan.append(step);
  }

  /** The part of the run that belongs to one operation. */
  public part(operation: Operation): OperationRun {
    return new OperationRun(this, operation);
  }

  public async [Symbol.asyncDispose](): Promise<void> {
    await this.plan[Symbol.asyncDispose]();
    await this.journal[Symbol.asyncDispose]();
    await this.lock?.[Symbol.asyncDispose]();
  }
}

/** The settings that are present. */
function optional<T extends object>(settings: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null)) as never;
}

/** The run, of which its listener now knows. */
function announced(run: OpenRun, { progress }: RunSurroundings): OpenRun {
  progress.run(run.state);
  return run;
}

/** Opens a locked run. If that fails, closes what was `opened` and releases the lock. */
async function orCloseAll<T>(lock: AsyncDisposable, open: (opened: AsyncDisposable[]) => Promise<T>): Promise<T> {
  const opened = [lock];
  try {
    return await open(opened);
  } catch (error) {
    for (const one of opened) await one[Symbol.asyncDispose]();
    throw error;
  }
}

/** Opens the plan of a run for reading. Throws an error naming the plan if it doesn't match the journal. */
export function viewPlan(runsDir: string, state: RunState): Promise<PlanFile> {
  return ofRun(state, PlanFile.view(planPath(runsDir, state.runId), kindOf(state), sentOf(state)));
}

/** Like {@link viewPlan}, but throws an error if the plan is incomplete. */
export const viewWholePlan = (runsDir: string, state: RunState): Promise<PlanFile> =>
  viewPlan(runsDir, state).then((plan) => plan.requireWhole());

/** The number of the plan's rows that were sent, by operation. */
const sentOf = (state: RunState): SentCounts => ({
  changes: nextRow(stateOf(state, 'update')),
  history: nextRow(stateOf(state, 'upsert')),
});

const kindOf = ({ command }: RunState): PlanKind => ({ reversed: command === 'undo' });

async function ofRun({ runId, org, settings }: RunState, opened: Promise<PlanFile>): Promise<PlanFile> {
  const plan = await opened;
  const { sobject, urlField, fields, stampField, history } = settings;
  const ofJournal = { runId, orgId: org.orgId, sobject, urlField, fields, stampField, history };
  const { header } = plan;
  const ofPlan: typeof ofJournal = { ...header, orgId: header.org.orgId, history: header.history ?? null };
  const keys = Object.keys(ofJournal) as (keyof typeof ofJournal)[];
  const differs = keys.find((key) => !isDeepStrictEqual(ofJournal[key], ofPlan[key]));
  if (differs === undefined) return plan;
  await plan[Symbol.asyncDispose]();
  throw bylineError('planDamaged', [plan.path, `its ${differs} is not that of the run's journal`]);
}
