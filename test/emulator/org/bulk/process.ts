import {
  deleteRow,
  insertRow,
  updateRow,
  type IncomingRow,
  type RowOutcome,
  type WriteContext,
} from '../data/write-row.ts';
import { upsertRow } from '../data/upsert-row.ts';
import { BatchError, RestError } from '../errors.ts';
import { runQuery } from '../soql/query.ts';
import type { OrgState } from '../state.ts';
import { isQuery, type Batch, type Job } from './job.ts';
import { queryFiles } from './query-files.ts';
import { readCsvBatch } from './read-csv.ts';
import { readXmlBatch } from './read-xml.ts';

type Writer = (row: IncomingRow, context: WriteContext) => RowOutcome;

const WRITERS: Readonly<Record<string, Writer>> = {
  insert: insertRow,
  update: updateRow,
  delete: deleteRow,
};

/** Runs a batch to its end: only now is its body read and checked (Bulk API guide, "Add a Batch to a Job"). */
export function processBatch(state: OrgState, job: Job, batch: Batch): void {
  const started = performance.now();
  try {
    if (isQuery(job)) query(state, job, batch);
    else ingest(state, job, batch);
    batch.state = 'Completed';
  } catch (cause) {
    if (!(cause instanceof BatchError)) throw cause;
    batch.state = 'Failed';
    batch.stateMessage = cause.message;
  }
  batch.milliseconds = Math.ceil(performance.now() - started);
  batch.systemModstamp = state.stamp();
  if (!state.settings.keepBodies) batch.body = undefined;
}

function ingest(state: OrgState, job: Job, batch: Batch): void {
  const body = batch.body ?? Buffer.alloc(0);
  const { limits } = state.settings;
  let read;
  if (job.contentType === 'CSV') {
    // Bulk 2.0 cuts a job into batches by itself, so there the limit does not bind.
    const csv = readCsvBatch(
      body,
      job.schema,
      job.api === 'v2' ? Infinity : limits.recordsPerBatch,
      DELIMITERS[job.columnDelimiter],
    );
    batch.header = csv.header;
    batch.cells = job.api === 'v2' ? csv.cells : [];
    read = csv;
  } else {
    read = readXmlBatch(body, job.schema, state.settings);
  }
  batch.records = read.count;
  if (read.count === 0 && job.api === 'v1') throw new BatchError('InvalidBatch', 'Batch is empty');
  const failure = batch.failure?.state === 'Completed' ? undefined : batch.failure;
  const rows = failure ? read.rows.slice(0, failure.afterRecords ?? 0) : read.rows;
  write(state, job, batch, rows);
  if (failure) throw new ToldFailure(failure.stateMessage);
  batch.stateMessage = batch.failure?.stateMessage;
  if (job.api === 'v1' && read.count > limits.recordsPerBatch) {
    const most = `Number of records should be less than or equal to ${limits.recordsPerBatch}`;
    throw new BatchError('InvalidBatch', `Exceeded number of records : ${read.count}. ${most}`);
  }
}

export const DELIMITERS: Readonly<Record<string, string>> = {
  COMMA: ',',
  SEMICOLON: ';',
  TAB: '\t',
  PIPE: '|',
  CARET: '^',
  BACKQUOTE: '`',
};

/** The rows, in transactions of 200. */
function write(state: OrgState, job: Job, batch: Batch, rows: readonly IncomingRow[]): void {
  const writer = writerOf(job);
  if (!writer) throw new BatchError('FeatureNotEnabled', `The emulator does not ${job.operation}`);
  const table = state.tableOf(job.schema);
  const by = { jobId: job.id, batchId: batch.id };
  const size = state.settings.limits.recordsPerChunk;
  for (let from = 0; from < rows.length; from += size) {
    const context: WriteContext = {
      table,
      isThere: (sobjects, id) => state.isThere(sobjects, id),
      told: state.told,
      write: by,
      stamp: state.now().toISOString(),
      seen: new Set(),
      idOnFailedRows: state.settings.idOnFailedRows,
    };
    for (const row of rows.slice(from, from + size)) {
      const result = writer(row, context);
      batch.results.push(result);
      batch.processed += 1;
      if (!result.success) batch.failed += 1;
    }
  }
}

function writerOf({ operation, schema, externalIdFieldName = '' }: Job): Writer | undefined {
  const key = schema.field(externalIdFieldName);
  return operation === 'upsert' && key ? (row, context) => upsertRow(row, key, context) : WRITERS[operation];
}

class ToldFailure extends BatchError {
  public constructor(stateMessage: string) {
    super('', '');
    this.message = stateMessage;
  }
}

function query(state: OrgState, job: Job, batch: Batch): void {
  if (batch.failure) throw new ToldFailure(batch.failure.stateMessage);
  try {
    const soql = (batch.body ?? Buffer.alloc(0)).toString('utf8').trim();
    if (/\sOFFSET\s+\d+$/i.test(soql)) throw unsupported('OFFSET');
    const result = runQuery(state, soql);
    if (result.table.schema !== job.schema) {
      const { name } = result.table.schema;
      throw new BatchError(
        'InvalidBatch',
        `Failed to process query: INVALID_TYPE_FOR_OPERATION: The root entity of the requested query (${name}) does not match ` +
          `the entity of the requested Bulk API Job (${job.schema.name}).`,
      );
    }
    if (result.kind === 'count' || result.kind === 'aggregate') throw unsupported('Aggregate queries');
    batch.files = queryFiles(state, result, state.settings.limits.recordsPerQueryFile);
    batch.records = batch.processed = result.rows.length;
  } catch (cause) {
    if (!(cause instanceof RestError)) throw cause;
    throw new BatchError('InvalidBatch', `Failed to process query: ${cause.errorCode}: ${cause.message}`);
  }
}

/** What SOQL knows, but not in a bulk query (Bulk API guide, "Bulk Query"). */
const unsupported = (what: string): BatchError =>
  new BatchError(
    'FeatureNotEnabled',
    `Failed to process query: FUNCTIONALITY_NOT_ENABLED: ${what} not supported in a bulk query`,
  );
