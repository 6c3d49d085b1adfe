import type { Row } from '../data/table.ts';
import type { FieldSpec, Schema } from '../data/schema.ts';
import type { RowOutcome } from '../data/write-row.ts';
import type { BatchFailure } from '../planned-faults.ts';
import { canonicalId } from '../data/ids.ts';

/** Batch states as the XML spells them; `NotProcessed` is one word. */
export type BatchState = 'Queued' | 'InProgress' | 'Completed' | 'Failed' | 'NotProcessed';

/** `Open`, `Closed`, `Aborted`, `Failed` are all a v1 job knows: it never becomes "Complete". The others are Bulk 2.0's. */
export type JobState = 'Open' | 'Closed' | 'Aborted' | 'Failed' | 'UploadComplete' | 'InProgress' | 'JobComplete';

export type Batch = {
  readonly id: string;
  readonly jobId: string;
  state: BatchState;
  stateMessage: string | undefined;
  readonly createdDate: string;
  systemModstamp: string;
  /** The bytes as posted, gunzipped; dropped after processing where `keepBodies` is off. */
  body: Buffer | undefined;
  /** Records the body held; known once it was read. */
  records: number;
  processed: number;
  failed: number;
  milliseconds: number;
  results: RowOutcome[];
  /** Bulk 2.0 gives the columns back with its results. */
  header: readonly string[];
  cells: readonly (readonly string[])[];
  /** The result files of a query. */
  files: readonly QueryFile[];
  readonly failure: BatchFailure | undefined;
};

/** A result file of a query: the rows as they were, with the fields that were asked for. */
export type QueryFile = { readonly id: string; readonly fields: readonly FieldSpec[]; readonly rows: readonly Row[] };

export type Job = {
  readonly id: string;
  readonly api: 'v1' | 'v2';
  readonly operation: string;
  readonly schema: Schema;
  readonly createdById: string;
  readonly createdDate: string;
  systemModstamp: string;
  state: JobState;
  readonly externalIdFieldName: string | undefined;
  readonly concurrencyMode: 'Parallel' | 'Serial';
  readonly contentType: string;
  /** With one decimal: `64.0`. */
  readonly apiVersion: string;
  readonly lineEnding: string;
  readonly columnDelimiter: string;
  readonly batches: Batch[];
};

export const isQuery = (job: Job): boolean => job.operation === 'query' || job.operation === 'queryAll';

/** All jobs of the org, oldest first. */
export class Jobs {
  private readonly jobs = new Map<string, Job>();

  public add(job: Job): void {
    this.jobs.set(job.id, job);
  }

  /** The job of a 15- or 18-character id. */
  public get(id: string): Job | undefined {
    return this.jobs.get(canonicalId(id) ?? id);
  }

  public all(): Job[] {
    return [...this.jobs.values()];
  }

  public delete(id: string): void {
    this.jobs.delete(id);
  }
}

/** A batch that was just accepted. */
export function newBatch(
  id: string,
  jobId: string,
  body: Buffer,
  stamp: string,
  failure: BatchFailure | undefined,
): Batch {
  return {
    id,
    jobId,
    state: 'Queued',
    stateMessage: undefined,
    createdDate: stamp,
    systemModstamp: stamp,
    body,
    records: 0,
    processed: 0,
    failed: 0,
    milliseconds: 0,
    results: [],
    header: [],
    cells: [],
    files: [],
    failure,
  };
}
