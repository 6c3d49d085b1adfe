import { startServer, type Faults, type Log } from '../server.ts';
import { abort } from './actions/abort-job.ts';
import type { Job } from './bulk/job.ts';
import type { Table } from './data/table.ts';
import { control } from './control.ts';
import { route } from './dispatch.ts';
import { settle, type OrgOptions } from './options.ts';
import { REFRESH_TOKEN } from './sessions.ts';
import { OrgState } from './state.ts';
import type { BatchFailure, Refusal } from './planned-faults.ts';

export type { Limits, OrgOptions } from './options.ts';
export type { ObjectSpec } from './data/schema.ts';
export type { Row, Table, Value, Write } from './data/table.ts';

export type BatchView = {
  readonly id: string;
  readonly state: string;
  /** Records the body held, whether they were processed or not; 0 until it was read. */
  readonly records: number;
  readonly processed: number;
  readonly failed: number;
  readonly stateMessage: string | undefined;
  readonly body: string | undefined;
};

export type JobView = {
  readonly id: string;
  readonly object: string;
  readonly operation: string;
  readonly externalIdFieldName: string | undefined;
  readonly state: string;
  readonly concurrencyMode: string;
  readonly contentType: string;
  readonly batches: readonly BatchView[];
};

/** A Salesforce org on loopback. */
export type EmulatedOrg = {
  readonly url: string;
  readonly faults: Faults;
  readonly log: Log;
  readonly orgId: string;
  readonly userId: string;
  readonly username: string;
  readonly refreshToken: string;
  /** A token that is valid now. */
  accessToken(): string;
  /** Every token issued so far is invalid from now on; logging in again issues a new one. */
  expireSession(): void;
  /** The same, just before the nth request of this kind from now is handled. */
  expireSessionAfter(kind: string, nth: number): void;
  table(sobject: string): Table;
  refuseRows(rule: Refusal): void;
  /** UNABLE_TO_LOCK_ROW for that many attempts at each row. */
  lockRows(ids: readonly string[], times: number): void;
  /** Another upsert of these keys, which no row has, is a moment ahead: the row is there, and ours fails. */
  raceKeys(keys: readonly string[], times: number): void;
  /** Decided for a batch when it is accepted. */
  failBatch(failure: BatchFailure): void;
  jobs(): JobView[];
  /** HTTP requests that count as API usage, answered or not. */
  apiRequests(): number;
  setApiUsed(used: number): void;
  setBatchesUsed(used: number): void;
  /** As if a user did it in Setup. */
  abortJob(id: string): void;
  /** Batches stay Queued until they are released. */
  holdBatches(): void;
  releaseBatches(): void;
  /** Processes one batch now, though batches are held: so they finish in an order of one's own. */
  finishBatch(id: string): void;
  close(): Promise<void>;
};

/** Starts an org on a free port of 127.0.0.1, or on the one asked for. */
export async function startOrg(options: OrgOptions = {}): Promise<EmulatedOrg> {
  const state = new OrgState(settle(options));
  const { port, latencyMs, username } = state.settings;
  const server = await startServer((request) => control(org, request) ?? route(state, request), { port, latencyMs });
  const org: EmulatedOrg = {
    url: server.url,
    faults: server.faults,
    log: server.log,
    orgId: state.orgId,
    userId: state.userId,
    username,
    refreshToken: REFRESH_TOKEN,
    accessToken: () => state.sessions.token(),
    expireSession: () => state.sessions.expire(),
    expireSessionAfter: (kind, nth) => state.sessions.expireAfter(kind, nth),
    table: (sobject) => tableOf(state, sobject),
    refuseRows: (rule) => state.told.refuse(rule),
    lockRows: (ids, times) => state.told.lock(ids, times),
    raceKeys: (keys, times) => state.told.race(keys, times),
    failBatch: (failure) => state.told.failBatch(failure),
    jobs: () => {
      state.scheduler.settle();
      return state.jobs.all().map(view);
    },
    apiRequests: () => state.usage.apiRequests,
    setApiUsed: (used) => state.usage.setApiUsed(used),
    setBatchesUsed: (used) => void (state.usage.batchesUsed = used),
    abortJob: (id) => {
      const job = state.jobs.get(id);
      if (!job) throw new Error(`there is no job ${id}`);
      abort(state, job);
    },
    holdBatches: () => state.scheduler.hold(),
    finishBatch: (id) => state.scheduler.runNow(id),
    releaseBatches: () => state.scheduler.release(),
    close: async () => {
      state.scheduler.stop();
      await server.close();
    },
  };
  return org;
}

function tableOf(state: OrgState, sobject: string): Table {
  const table = state.table(sobject);
  if (!table) throw new Error(`the org has no object ${sobject}`);
  return table;
}

function view(job: Job): JobView {
  return {
    id: job.id,
    object: job.schema.name,
    operation: job.operation,
    externalIdFieldName: job.externalIdFieldName,
    state: job.state,
    concurrencyMode: job.concurrencyMode,
    contentType: job.contentType,
    batches: job.batches.map((batch) => ({
      id: batch.id,
      state: batch.state,
      records: batch.records,
      processed: batch.processed,
      failed: batch.failed,
      stateMessage: batch.stateMessage,
      get body() {
        return batch.body?.toString('utf8');
      },
    })),
  };
}
