import type { ConcurrencyMode } from '../model/run-facts.ts';
import type { Answer, BatchInfo, JobEnd, RowResult } from '../model/bulk.ts';
import { bylineError } from '../errors.ts';
import { isBatchId, isJobId } from '../model/ids.ts';
import type { HttpReply } from '../http/send-request.ts';
import {
  type JobInfo,
  type JobKind,
  readBatchInfo,
  readBatchInfoList,
  readJobInfo,
  readRequestIds,
  readRequestRecords,
  readResultList,
  readResults,
  writeJobState,
  writeNewJob,
} from './bulk-xml.ts';
import { type ListedJob, listJobs } from './list-jobs.ts';
import { nameRequest, snippetOf } from './org-reply.ts';
import { SalesforceApiError } from './api-error.ts';
import { type OrgRequest, type OrgSession, OutcomeUnknownError } from './session.ts';

const XML = 'application/xml; charset=UTF-8';
const CSV = 'text/csv; charset=UTF-8';

/** Attempts to change a job's state before lost answers are an error. */
const STATE_TRIES = 4;

/**
 * The jobs of Bulk API 1.0 (Bulk API Developer Guide, "Bulk API Reference"), one method per resource. A POST whose
 * answer is lost is not repeated here: `createJob` and `addBatch` return `outcomeUnknown`, and the caller reconciles. A
 * refusal is thrown as a {@link SalesforceApiError}.
 */
export class BulkClient {
  private readonly session: OrgSession;
  private readonly object: string;
  private readonly kind: JobKind;

  public constructor(session: OrgSession, object: string, kind: JobKind = { operation: 'update' }) {
    this.session = session;
    this.object = object;
    this.kind = kind;
  }

  /** POST job. From then on, one request of the limit is reserved to end it. */
  public async createJob(mode: ConcurrencyMode, signal: AbortSignal): Promise<Answer> {
    this.session.cleanupReservations.add(this);
    const headers = { 'sforce-disable-batch-retry': 'FALSE' };
    return this.change(
      { path: 'job', body: writeNewJob(this.object, mode, this.kind), headers, signal },
      (xml) => readJobInfo(xml).id,
    );
  }

  /** POST job/{id}/batch. The body may be compressed. The org validates it only when it processes the batch. */
  public async addBatch(job: string, body: string | Uint8Array, signal: AbortSignal): Promise<Answer> {
    const contentType = this.kind.operation === 'query' ? CSV : XML;
    return this.change({ path: jobPath(job, 'batch'), body, contentType, signal }, (reply) => readBatchInfo(reply).id);
  }

  public closeJob(job: string, signal: AbortSignal): Promise<JobEnd> {
    return this.setState(job, 'Closed', signal);
  }

  public abortJob(job: string, signal: AbortSignal): Promise<JobEnd> {
    return this.setState(job, 'Aborted', signal);
  }

  /** GET job/{id}/batch: all batches of a job in one request. */
  public listBatches(job: string, signal: AbortSignal): Promise<readonly BatchInfo[]> {
    return this.get(jobPath(job, 'batch'), readBatchInfoList, signal);
  }

  /** GET job/{id}/batch/{batch}/result. Empty if the org has no results for the batch. */
  public async getResults(job: string, batch: string, signal: AbortSignal): Promise<readonly RowResult[]> {
    try {
      return await this.get(batchPath(job, batch, 'result'), readResults, signal);
    } catch (error) {
      // "Records not processed" or "Records not found for this batch": the batch failed before its first record.
      if (error instanceof SalesforceApiError && error.code === 'InvalidBatch') return [];
      throw error;
    }
  }

  /** GET job/{id}/batch/{batch}/result of a query: the ids of its files. */
  public listResults(job: string, batch: string, signal: AbortSignal): Promise<readonly string[]> {
    return this.get(batchPath(job, batch, 'result'), readResultList, signal);
  }

  /** GET job/{id}/batch/{batch}/request: the body as it was posted. */
  public getRequestIds(job: string, batch: string, signal: AbortSignal): Promise<readonly string[]> {
    return this.get(batchPath(job, batch, 'request'), (xml) => readRequestIds(xml, this.idField), signal);
  }

  /** The records of a batch as they were posted. */
  public getRequestRecords(
    job: string,
    batch: string,
    signal: AbortSignal,
  ): Promise<ReturnType<typeof readRequestRecords>> {
    return this.get(batchPath(job, batch, 'request'), readRequestRecords, signal);
  }

  /** GET job/{id}. */
  public getJob(job: string, signal: AbortSignal): Promise<JobInfo> {
    return this.get(jobPath(job), readJobInfo, signal);
  }

  /** The candidate jobs without batches. The list doesn't show that, so each job is read. Times are of our clock. */
  public async findEmptyJobs(
    since: number,
    until: number,
    mode: ConcurrencyMode,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const { operation } = this.kind;
    const jobs = await listJobs(this.session, operation === 'query' ? 'query' : 'ingest', mode, signal);
    const { userId, clockLead } = this.session;
    const isCreatedThen = ({ createdDate }: ListedJob): boolean => {
      const created = Date.parse(createdDate) - clockLead;
      return created >= since && created <= until;
    };
    const listed = jobs
      .filter((job) => job.object === this.object && job.operation === operation && job.state === 'Open')
      .filter((job) => userId === undefined || job.createdById.slice(0, 15) === userId.slice(0, 15))
      .filter(isCreatedThen);
    const empty: string[] = [];
    for (const { id } of listed) {
      const job = await this.getJob(id, signal);
      if (job.state === 'Open' && job.batches === 0) empty.push(id);
    }
    return empty;
  }

  /** The field that identifies the rows of a batch. */
  private get idField(): string {
    return this.kind.operation === 'upsert' ? this.kind.externalIdField : 'Id';
  }

  /** Sends a state until the job has ended. After a lost answer, or if it had already ended, the job is read. */
  private async setState(job: string, state: JobEnd, signal: AbortSignal): Promise<JobEnd> {
    for (let tried = 1; ; tried += 1) {
      const answer = await this.sendState(job, state, signal);
      const known = 'id' in answer ? state : (await this.getJob(job, signal)).state;
      if (known !== 'Open') {
        this.session.cleanupReservations.delete(this);
        return known === 'Aborted' ? 'Aborted' : 'Closed';
      }
      if (tried === STATE_TRIES)
        throw bylineError('jobStateUnsure', [job, state, 'outcomeUnknown' in answer ? answer.outcomeUnknown : '']);
      await this.session.wait(500 * tried, signal);
    }
  }

  private async sendState(job: string, state: JobEnd, signal: AbortSignal): Promise<Answer> {
    const request = { path: jobPath(job), body: writeJobState(state), isCleanup: true, signal };
    try {
      return await this.change(request, (xml) => readJobInfo(xml).id);
    } catch (error) {
      if (error instanceof SalesforceApiError && error.code === 'InvalidJobState')
        return { outcomeUnknown: error.message };
      throw error;
    }
  }

  private async change(
    request: Pick<OrgRequest, 'path' | 'body' | 'contentType' | 'headers' | 'isCleanup' | 'signal'>,
    readId: (xml: string) => string,
  ): Promise<Answer> {
    const full: OrgRequest = { api: 'bulk', method: 'POST', contentType: XML, ...request };
    try {
      const reply = await this.session.send(full);
      const id = readIdOf(reply, readId);
      return id
        ? { id }
        : { outcomeUnknown: `${nameRequest(full)}: HTTP ${reply.status}, but no XML: ${snippetOf(reply.body)}` };
    } catch (error) {
      if (error instanceof OutcomeUnknownError) return { outcomeUnknown: error.message };
      throw error;
    }
  }

  private async get<T>(path: string, read: (xml: string) => T, signal: AbortSignal): Promise<T> {
    const request: OrgRequest = { api: 'bulk', method: 'GET', path, signal };
    return parse(await this.session.send(request), read, request);
  }
}

/** The path of a job or of a resource below it. Ids may come from others, so they are validated. */
function jobPath(job: string, ...below: readonly string[]): string {
  if (!isJobId(job)) throw bylineError('jobIdMalformed', [job]);
  return ['job', job, ...below].join('/');
}

function batchPath(job: string, batch: string, what: 'result' | 'request'): string {
  if (!isBatchId(batch)) throw bylineError('jobIdMalformed', [batch]);
  return jobPath(job, 'batch', batch, what);
}

function readIdOf(reply: HttpReply, readId: (xml: string) => string): string | undefined {
  try {
    return readId(reply.body.toString()) || undefined;
  } catch {
    return undefined;
  }
}

/** Parses a reply, or throws an error naming the request whose reply is invalid. */
function parse<T>(reply: HttpReply, read: (xml: string) => T, request: OrgRequest): T {
  try {
    return read(reply.body.toString());
  } catch (cause) {
    throw bylineError('orgAnswerUnreadable', [nameRequest(request), String(reply.status), snippetOf(reply.body)], {
      cause,
    });
  }
}
