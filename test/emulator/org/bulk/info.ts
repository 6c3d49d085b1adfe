import { documentOf, element } from '../xml/write.ts';
import type { Batch, BatchState, Job } from './job.ts';

const count = (job: Job, state: BatchState): number => job.batches.filter((batch) => batch.state === state).length;
const sum = (job: Job, key: 'processed' | 'failed' | 'milliseconds'): number =>
  job.batches.reduce((total, batch) => total + batch[key], 0);

/**
 * The elements of a jobInfo in the schema's order (AsyncApi.xsd, as WSC's JobInfo writes it). Done is
 * `numberBatchesTotal == Completed + Failed`: batches that were never processed are not in the total.
 */
export function jobElements(job: Job): string[] {
  const [queued, inProgress] = [count(job, 'Queued'), count(job, 'InProgress')];
  const [completed, failed] = [count(job, 'Completed'), count(job, 'Failed')];
  return [
    element('id', job.id),
    element('operation', job.operation),
    element('object', job.schema.name),
    element('createdById', job.createdById),
    element('createdDate', job.createdDate),
    element('systemModstamp', job.systemModstamp),
    element('state', job.state),
    ...(job.externalIdFieldName === undefined ? [] : [element('externalIdFieldName', job.externalIdFieldName)]),
    element('concurrencyMode', job.concurrencyMode),
    element('contentType', job.contentType),
    element('numberBatchesQueued', queued),
    element('numberBatchesInProgress', inProgress),
    element('numberBatchesCompleted', completed),
    element('numberBatchesFailed', failed),
    element('numberBatchesTotal', queued + inProgress + completed + failed),
    element('numberRecordsProcessed', sum(job, 'processed')),
    element('numberRetries', 0),
    element('apiVersion', job.apiVersion),
    element('numberRecordsFailed', sum(job, 'failed')),
    element('totalProcessingTime', sum(job, 'milliseconds')),
    element('apiActiveProcessingTime', sum(job, 'milliseconds')),
    element('apexProcessingTime', 0),
  ];
}

/** A batchInfo's elements; `stateMessage` is absent when there is nothing to say. */
export function batchElements(batch: Batch): string[] {
  return [
    element('id', batch.id),
    element('jobId', batch.jobId),
    element('state', batch.state),
    ...(batch.stateMessage === undefined ? [] : [element('stateMessage', batch.stateMessage)]),
    element('createdDate', batch.createdDate),
    element('systemModstamp', batch.systemModstamp),
    element('numberRecordsProcessed', batch.processed),
    element('numberRecordsFailed', batch.failed),
    element('totalProcessingTime', batch.milliseconds),
    element('apiActiveProcessingTime', batch.milliseconds),
    element('apexProcessingTime', 0),
  ];
}

const indent = (lines: readonly string[], spaces: number): string[] => lines.map((line) => ' '.repeat(spaces) + line);

export const jobInfo = (job: Job): string => documentOf('jobInfo', indent(jobElements(job), 1));

export const batchInfo = (batch: Batch): string => documentOf('batchInfo', indent(batchElements(batch), 1));

export const batchInfoList = (job: Job): string =>
  documentOf(
    'batchInfoList',
    job.batches.flatMap((batch) => nested('batchInfo', batchElements(batch))),
  );

export const jobInfoList = (jobs: readonly Job[]): string =>
  documentOf(
    'jobInfoList',
    jobs.flatMap((job) => nested('jobInfo', jobElements(job))),
  );

const nested = (name: string, lines: readonly string[]): string[] => [` <${name}>`, ...indent(lines, 2), ` </${name}>`];
