import { accessSync, constants } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dispatcher } from 'undici';
import { createDispatcher, sendRequest } from '../../src/http/send-request.ts';
import { RequestCounter } from '../../src/http/request-counter.ts';
import { journalPath, listRunIds, readRun } from '../../src/journal/runs.ts';
import { Interrupted } from '../../src/process/interrupt.ts';
import type { CountsSource } from '../../src/model/run-facts.ts';
import type { RunState } from '../../src/model/run-state.ts';
import type { RunView } from '../../src/report/run-view.ts';
import { type OrgConnection, OrgSession } from '../../src/salesforce/session.ts';
import { type FinishOptions, summarizeRun } from '../../src/runs/finish-run.ts';
import { OpenRun } from '../../src/runs/open-run.ts';
import type { RunContext } from '../../src/runs/run-context.ts';
import type { Settings } from '../../src/settings/settings.ts';
import { abortRun } from '../../src/actions/abort-action.ts';
import { resumeRun } from '../../src/actions/resume-action.ts';
import type { SavedPlan } from '../../src/runs/require-plan.ts';
import { syncCounts, type SyncOptions, syncPlan } from '../../src/actions/sync-action.ts';
import { undoRun } from '../../src/actions/undo-action.ts';
import { type EmulatedOrg, type OrgOptions, startOrg } from '../emulator/org/org.ts';
import type { EmulatedServices } from '../emulator/services/services.ts';
import type { JournalLine } from '../rig/rig.ts';
import { QuickClock } from './quick-clock.ts';
import { withToldDeadlines } from './told-deadlines.ts';

/** The one service and field of the tests in this folder. */
export const TWITTER = { twitter: 'Tweets__c' };

const SOURCE: CountsSource = {
  ...{ kind: 'counts', stamp: null, where: null, limit: null, all: false, keepHighest: false, allowZeros: false },
  ...{ allowPrivateUrls: false, concurrency: 8, services: {} },
};

/** Where runs are kept: in memory if the system has a folder for it, because a run waits for the disk at each line. */
const FOLDERS = isWritable('/dev/shm') ? '/dev/shm' : tmpdir();

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

const ignore = (): void => undefined;
export const PROGRESS = { run: ignore, plan: ignore, total: ignore, notify: ignore, warn: ignore };

export type InProcessOptions = OrgOptions & {
  /** Records of a batch, where a command does not say it. */
  readonly batchSize?: number;
  readonly maxRequests?: number;
  readonly refreshable?: boolean;
};

/**
 * The commands in the process of the test: the same actions, an emulated org over a real socket, and a clock that doesn't
 * wait. To the product, each call is a process of its own: a new session, a new lock, the journal read from disk.
 */
export class InProcessRun implements AsyncDisposable {
  public readonly org: EmulatedOrg;
  public readonly services: EmulatedServices;
  public readonly clock: QuickClock;
  public readonly folder: string;
  /** What interrupts the next command. */
  public controller = new AbortController();
  /** The most requests the next command may send. */
  public maxRequests: number | undefined;
  private readonly options: InProcessOptions;
  private dispatcher: Dispatcher = createDispatcher();

  private constructor(parts: Pick<InProcessRun, 'org' | 'services' | 'clock' | 'folder'>, options: InProcessOptions) {
    ({ org: this.org, services: this.services, clock: this.clock, folder: this.folder } = parts);
    this.options = options;
    this.maxRequests = options.maxRequests;
  }

  public static async start(services: EmulatedServices, options: InProcessOptions = {}): Promise<InProcessRun> {
    const clock = new QuickClock();
    const org = await startOrg({ now: () => new Date(clock.now()), ...options });
    const folder = await mkdtemp(join(FOLDERS, 'byline-inside-'));
    return new InProcessRun({ org, services, clock, folder }, options);
  }

  /** Another machine with the same org and services. */
  public async another(): Promise<InProcessRun> {
    const folder = await mkdtemp(join(FOLDERS, 'byline-inside-'));
    return new InProcessRun({ org: this.org, services: this.services, clock: this.clock, folder }, this.options);
  }

  /** From here on, the deadline of a request passes as soon as the org leaves it without an answer. */
  public tellDeadlines(): void {
    this.dispatcher = withToldDeadlines(this.dispatcher, this.org.faults);
  }

  /** Interrupts the command that runs in this place; the next one is not. */
  public interrupt(): void {
    this.controller.abort(new Interrupted('SIGINT'));
    this.controller = new AbortController();
  }

  /** Breaks the connections there are. */
  public async disconnect(): Promise<void> {
    await this.dispatcher.destroy();
    this.dispatcher = createDispatcher();
  }

  public sync({
    history = null,
    runsDir = this.folder,
    ...options
  }: Partial<
    SyncOptions & CountsSource & Pick<Settings, 'history'> & Pick<RunContext, 'runsDir'>
  > = {}): Promise<RunView> {
    const services = { twitter: this.services.settings()['twitter'] as Record<string, unknown> };
    const settings = {
      ...{ sobject: 'Byline__c', urlField: 'Published_URL__c', fields: TWITTER, where: undefined, services },
      ...{
        ...{ stampField: null, labelField: null, authorField: null },
        publishedField: null,
        staleAfter: null,
        history,
        allowPrivateUrls: false,
        assumeScheme: null,
      },
    };
    const source = { ...SOURCE, services, ...options };
    return this.command((context) => syncCounts({ ...context, runsDir }, settings, source, this.complete(options)));
  }

  public syncPlan(
    path: string,
    options: Partial<SyncOptions> = {},
    saved: Omit<SavedPlan, 'path'> = {},
  ): Promise<RunView> {
    return this.command((context) => syncPlan(context, { path, ...saved }, this.complete(options)));
  }

  /** Resumes a run: the newest, unless another is named. */
  public async resume(runId?: string): Promise<RunView> {
    const id = runId ?? (await this.newest()).runId;
    return this.command((context) => resumeRun(context, id, { waitMs: WAIT_MS }));
  }

  /** Aborts the newest run. */
  public async abort(): Promise<RunView> {
    const { runId } = await this.newest();
    return this.command((context) => abortRun(context, runId, { waitMs: WAIT_MS }));
  }

  /** Undoes a run: the newest, unless another is named. */
  public async undo(runId?: string): Promise<RunView> {
    const state = await this.state(runId);
    return this.command((context) => undoRun(context, state, { waitMs: WAIT_MS, leave: 'given' }));
  }

  /** Sums up the newest run, and writes its result files. */
  public async report(conclusion: FinishOptions): Promise<RunView> {
    await using run = await OpenRun.view(this.folder, (await this.newest()).runId);
    return await summarizeRun(run, null, conclusion);
  }

  /** The state of a run, from its journal. */
  public async state(runId?: string): Promise<RunState> {
    return runId === undefined ? this.newest() : (await readRun(this.folder, runId)).state;
  }

  /** The ids of the runs there are, newest first. */
  public runIds(): Promise<string[]> {
    return listRunIds(this.folder);
  }

  public async journal(): Promise<JournalLine[]> {
    const text = await readFile(journalPath(this.folder, (await this.newest()).runId), 'utf8');
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as JournalLine);
  }

  /** How often each record was written by a batch, in the order of the records. */
  public writes(): number[] {
    const table = this.org.table('Byline__c');
    return table.all().map((row) => table.writes(String(row['Id'])).length);
  }

  public async [Symbol.asyncDispose](): Promise<void> {
    await this.dispatcher.destroy();
    await this.org.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async newest(): Promise<RunState> {
    return (await readRun(this.folder, (await listRunIds(this.folder))[0] ?? '')).state;
  }

  private complete(options: Partial<SyncOptions>): SyncOptions {
    const { batchSize = 10 } = this.options;
    return { dryRun: false, waitMs: WAIT_MS, api: 'bulk', batchSize, serial: false, ...options };
  }

  private async command<T>(work: (context: RunContext) => Promise<T>): Promise<T> {
    const { org, clock, dispatcher } = this;
    using counter = new RequestCounter(org.url);
    const session = new OrgSession({
      ...{ connection: this.connect(), dispatcher, counter, now: clock.now, random: () => 0, wait: clock.wait },
      maxRequests: this.maxRequests,
    });
    const identity = { username: org.username, orgId: org.orgId, instanceUrl: org.url };
    const { folder: runsDir, controller } = this;
    const context = {
      org: { identity, session, counter, clock },
      runsDir,
      progress: PROGRESS,
      signal: controller.signal,
    };
    return await work(context);
  }

  private connect(): OrgConnection {
    const { org, dispatcher } = this;
    const connection: OrgConnection = {
      accessToken: org.accessToken(),
      instanceUrl: org.url,
      version: '64.0',
      getUsername: () => org.username,
      refreshAuth: async () => {
        if (this.options.refreshable === false) {
          throw Object.assign(new Error('Session expired or invalid'), { name: 'INVALID_SESSION_ID' });
        }
        connection.accessToken = await askForToken(org, dispatcher);
      },
    };
    return connection;
  }
}

/** Longer than any job of these tests. */
const WAIT_MS = 33 * 60_000;

async function askForToken(org: EmulatedOrg, dispatcher: Dispatcher): Promise<string> {
  const grant = { grant_type: 'refresh_token', refresh_token: org.refreshToken, client_id: 'PlatformCLI' };
  const { status, body } = await sendRequest(
    {
      ...{ method: 'POST', url: `${org.url}/services/oauth2/token`, body: new URLSearchParams(grant).toString() },
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      ...{ timeoutMs: 60_000, maxBytes: 100_000 },
    },
    dispatcher,
  );
  if (status !== 200) throw new Error(`the token endpoint says ${status}`);
  return (JSON.parse(body.toString()) as { access_token: string }).access_token;
}
